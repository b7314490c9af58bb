// Package docscheck holds tests of what people read: the pages under docs/, the
// templates that they are generated from, and the Markdown files of the
// repository. There is nothing in it to import.
//
// Where to look:
//
//   - page_test.go reads the pages, their code blocks and their headings.
//   - links_test.go follows the links between them.
//   - blocks_test.go parses each block of configuration and has the real Terraform
//     validate it; exceptions_test.go lists what it cannot validate, and why.
//   - guides_test.go does what the pages tell the reader to do.
//   - messages_test.go compares the troubleshooting guide with the provider's source.
//   - customers_test.go compares the pipelines for many customers with their configuration.
//   - pulumi_test.go compares the programs of the Pulumi guide with the schema.
//   - serve_test.go and stub_test.go serve the provider, and stand-ins for the other
//     providers that occur in examples, to Terraform from within the test.
package docscheck
