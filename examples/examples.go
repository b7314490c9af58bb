// Package examples embeds every example configuration, so that tests apply what
// the documentation shows and programs run it.
package examples

import "embed"

// FS holds the example configurations, with the files that they read, under their paths in this folder.
//
//go:embed */*.tf */*/*.tf */*/*.csv
var FS embed.FS
