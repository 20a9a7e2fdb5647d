package types

// Types that contain themselves.
type (
	// Node does by pointers, which may make a ring or meet again.
	Node struct {
		Name        string
		Next        *Node
		Left, Right *Node
	}

	// Tree does by a slice and by a map.
	Tree struct {
		Value    int
		Children []Tree
		Named    map[string]Tree
	}

	// Nest is a slice of itself.
	Nest []Nest

	// Folder is a map of itself.
	Folder map[string]Folder

	// Loop is a pointer to itself.
	Loop *Loop

	// Company and Employee contain each other.
	Company struct {
		Name  string
		Staff []*Employee
	}
	Employee struct {
		Name     string
		Employer *Company
		Boss     *Employee
	}
)

func PassNode(v *Node) *Node           { return v }
func PassNodeValue(v Node) Node        { return v }
func PassNodes(v []*Node) []*Node      { return v }
func PassTree(v Tree) Tree             { return v }
func PassNest(v Nest) Nest             { return v }
func PassFolder(v Folder) Folder       { return v }
func PassLoop(v Loop) Loop             { return v }
func PassCompany(v *Company) *Company  { return v }
func PassEmployee(v Employee) Employee { return v }

// Ring says how long a ring is, or -1 if it is none.
func Ring(v *Node) int {
	n := 1
	for at := v.Next; at != v; at = at.Next {
		if at == nil {
			return -1
		}
		n++
	}
	return n
}

// Chain makes a chain, closed to a ring or not.
func Chain(n int, ring bool) *Node {
	var first, last *Node
	for i := 0; i < n; i++ {
		first = &Node{Name: "n", Next: first}
		if last == nil {
			last = first
		}
	}
	if ring {
		last.Next = first
	}
	return first
}

// Length is the length of a chain.
func Length(v *Node) (n int) {
	for ; v != nil; v = v.Next {
		n++
	}
	return n
}

// Shared reports whether two pointers are one, and sets what is behind the first.
func Shared(v [2]*int) ([2]*int, bool) {
	*v[0] = 7
	return v, v[0] == v[1]
}

// Sum adds up a tree.
func (v Tree) Sum() int {
	sum := v.Value
	for _, c := range v.Children {
		sum += c.Sum()
	}
	for _, c := range v.Named {
		sum += c.Sum()
	}
	return sum
}

// Endless returns a slice that contains itself, which does not cross.
func Endless() Nest {
	v := make(Nest, 1)
	v[0] = v
	return v
}

// EndlessFolder returns a map that contains itself.
func EndlessFolder() Folder {
	v := Folder{}
	v["self"] = v
	return v
}
