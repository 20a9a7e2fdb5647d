// Package cgroup makes control groups of Linux, version 2, for processes that this one starts. What is
// in a group cannot leave it without a right that the group's owner has, so all of it can be limited
// and ended together, also processes that have a session of their own. The kernel describes them in
// https://docs.kernel.org/admin-guide/cgroup-v2.html.
package cgroup
