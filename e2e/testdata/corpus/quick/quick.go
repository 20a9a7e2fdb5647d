// Package quick names the packages that every run of the tests opens, because they build
// in a few seconds. "go list -deps ./quick" downloads what they need, and no more.
package quick

import (
	_ "github.com/BurntSushi/toml"
	_ "github.com/Knetic/govaluate"
	_ "github.com/Masterminds/semver/v3"
	_ "github.com/dustin/go-humanize"
	_ "github.com/golang-jwt/jwt/v5"
	_ "github.com/google/uuid"
	_ "github.com/gosimple/slug"
	_ "github.com/mitchellh/mapstructure"
	_ "github.com/robfig/cron/v3"
	_ "github.com/shopspring/decimal"
	_ "github.com/skip2/go-qrcode"
	_ "github.com/tidwall/gjson"
	_ "github.com/tidwall/sjson"
	_ "github.com/yuin/goldmark"
	_ "gopkg.in/yaml.v3"
)
