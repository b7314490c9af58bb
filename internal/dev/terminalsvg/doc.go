// Package terminalsvg reads the text that a program writes for a terminal and
// draws it as a small SVG picture with real, selectable text.
//
// It knows the part of the ECMA-48 control sequences that Terraform uses: select
// graphic rendition (SGR) with bold, underline and the 16 colours. Every other
// sequence is dropped.
package terminalsvg
