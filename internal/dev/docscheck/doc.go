// Package docscheck tests what people read: the pages under docs/ and the Markdown
// files of the repository. It exports nothing.
//
//   - page_test.go parses the pages and checks their headings, blocks and links.
//   - blocks_test.go has the real Terraform validate each block of configuration.
//   - guides_test.go does what the pages ask the reader to do.
//   - terraform_test.go runs Terraform with the provider, and with stubs of the other
//     providers that the pages use, served from the test.
package docscheck
