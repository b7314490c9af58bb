// Package examples embeds the example configurations for tests and programs.
package examples

import "embed"

// FS contains the example configurations and the files that they read.
//
//go:embed */*.tf */*/*.tf */*/*.tfquery.hcl */*/*.csv
var FS embed.FS
