// Package examples embeds every example configuration, so that tests apply what
// the documentation shows and programs run it.
package examples

import "embed"

// FS holds the example configurations under their paths in this folder.
//
//go:embed */*.tf */*/*.tf
var FS embed.FS
