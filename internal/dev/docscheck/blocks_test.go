package docscheck_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// configuration is a parsed block with all the places where it occurs.
type configuration struct {
	block
	body  *hclsyntax.Body
	where []string
	// skipped is why it is not validated.
	skipped string
}

// has reports whether there is a block of a type at the top.
func (c configuration) has(blockType string) bool {
	return slices.ContainsFunc(c.body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == blockType })
}

// configurations parses every block of configuration once, however often it occurs.
func configurations(t *testing.T) []configuration {
	t.Helper()

	byText := map[string]*configuration{}

	for _, p := range pages(t) {
		for _, b := range p.configurations() {
			if b.isCLIConfiguration() {
				continue
			}

			if known, ok := byText[b.text]; ok {
				known.where = append(known.where, b.where())
				continue
			}

			file, diags := hclsyntax.ParseConfig([]byte(b.text), b.where(), hcl.InitialPos)
			if diags.HasErrors() {
				t.Errorf("%s: %v", b.where(), diags)
				continue
			}

			body, ok := file.Body.(*hclsyntax.Body)
			if !ok {
				t.Errorf("%s: no native syntax", b.where())
				continue
			}

			c := &configuration{block: b, body: body, where: []string{b.where()}}

			for _, e := range exceptions() {
				if e.applies(c.body) {
					c.skipped = e.reason
				}
			}

			byText[b.text] = c
		}
	}

	var out []configuration
	for _, text := range slices.Sorted(maps.Keys(byText)) {
		out = append(out, *byText[text])
	}

	return out
}

// required is a terraform block that names the sources of providers.
func required(sources ...string) string {
	var text strings.Builder

	text.WriteString("terraform {\n  required_providers {\n")

	for _, source := range sources {
		fmt.Fprintf(&text, "    %s = {\n      source = %q\n    }\n", path.Base(source), source)
	}

	text.WriteString("  }\n}\n")

	return text.String()
}

// Every block is a configuration that Terraform accepts. All of them are modules
// of one configuration, so that Terraform starts once.
func TestBlocks_validate(t *testing.T) {
	t.Parallel()

	tf := newTerraform(t, nil)
	tf.need(t, "1.11", "1.11")

	files := map[string]string{}
	names := map[string]configuration{}

	// Within the root, every value of this variable is unknown to "terraform validate".
	main := "variable \"any\" {\n  type = any\n}\n"

	for i, c := range configurations(t) {
		if c.skipped != "" || c.has("import") {
			continue
		}

		name := fmt.Sprintf("block%03d", i)
		names[name] = c
		main += fmt.Sprintf("module %q {\n  source = %q\n", name, "./"+name)

		for _, b := range c.body.Blocks {
			if b.Type == "variable" && b.Body.Attributes["default"] == nil {
				main += fmt.Sprintf("  %s = var.any\n", b.Labels[0])
			}
		}

		main += "}\n"

		maps.Copy(files, moduleFiles(name+"/", c))
	}

	files["main.tf"] = main
	dir := tf.folder(t, "blocks", files)

	validate(t, tf, dir, func(file string) configuration { return names[path.Dir(file)] })

	// It fails when a file is not in the canonical format, and lists such files.
	unformatted, _ := tf.Run(t.Context(), dir, "fmt", "-check", "-recursive")
	for file := range strings.Lines(unformatted) {
		if c, ok := names[path.Dir(strings.TrimSpace(file))]; ok {
			t.Errorf("%s: terraform fmt would change the block", strings.Join(c.where, ", "))
		}
	}

	if len(names) < 10 {
		t.Errorf("only %d blocks were validated", len(names))
	}
}

// A block that imports cannot be part of a module, so each is validated alone.
func TestBlocks_validateImports(t *testing.T) {
	t.Parallel()

	for _, c := range configurations(t) {
		if c.skipped != "" || !c.has("import") {
			continue
		}

		t.Run(c.where[0], func(t *testing.T) {
			t.Parallel()

			tf := newTerraform(t, nil)
			oldestTerraform, oldestOpenTofu := c.importsFrom()
			tf.need(t, oldestTerraform, oldestOpenTofu)

			validate(t, tf, tf.folder(t, "import", moduleFiles("", c)), func(string) configuration { return c })
		})
	}
}

// importsFrom is the oldest Terraform and the oldest OpenTofu that know what the
// import blocks use.
func (c configuration) importsFrom() (oldestTerraform, oldestOpenTofu string) {
	uses := func(name string) bool {
		return slices.ContainsFunc(c.body.Blocks, func(b *hclsyntax.Block) bool {
			return b.Type == "import" && b.Body.Attributes[name] != nil
		})
	}

	switch {
	case uses("identity"):
		return "1.12", "1.12"
	case uses("for_each"):
		return "1.7", "1.7"
	default:
		return "1.5", "1.6"
	}
}

// Terraform accepts each configuration of the CLI that a page shows.
func TestBlocks_cliConfiguration(t *testing.T) {
	t.Parallel()

	found := 0

	for _, p := range pages(t) {
		for _, b := range p.configurations() {
			if !b.isCLIConfiguration() {
				continue
			}

			found++

			if complaint := cliComplaint(t, b.text); complaint != "" {
				t.Errorf("%s: %s", b.where(), complaint)
			}
		}
	}

	if found == 0 {
		t.Error("no configuration of the CLI was found")
	}
}

// Without this, a Terraform that complains in another way would pass everything.
func TestBlocks_cliConfigurationIsRead(t *testing.T) {
	t.Parallel()

	if complaint := cliComplaint(t, "provider_installation {\n  dev_override {}\n}\n"); !strings.Contains(complaint, "dev_override") {
		t.Errorf("a misspelled block goes unnoticed: %q", complaint)
	}
}

// cliComplaint is what Terraform says about a configuration of the CLI that it
// does not like. It says so on standard error, and goes on with exit code 0.
func cliComplaint(t *testing.T, text string) string {
	t.Helper()

	tf := newTerraform(t, nil)
	dir := tf.folder(t, "cli", map[string]string{"terraform.tfrc": text})
	tf.Setenv("TF_CLI_CONFIG_FILE", filepath.Join(dir, "terraform.tfrc"))

	out, err := tf.Command(t.Context(), dir, "version", "-no-color").CombinedOutput()
	if err != nil || strings.Contains(string(out), "There are some problems") {
		return fmt.Sprintf("%v\n%s", err, out)
	}

	return ""
}

// OpenTofu encrypts the state as the page shows, and Terraform refuses the block
// as the page says.
func TestBlocks_encryption(t *testing.T) {
	t.Parallel()

	const (
		output = "output \"clear\" {\n  value = \"as clear as day\"\n}\n"
		phrase = "sixteen or more characters"
	)

	for _, c := range configurations(t) {
		if !encrypts(c.body) {
			continue
		}

		t.Run(c.where[0], func(t *testing.T) {
			t.Parallel()

			tf := newTerraform(t, nil)
			tf.need(t, "1.5", "1.7")

			dir := tf.folder(t, "encrypted", map[string]string{"main.tf": c.text, "output.tf": output})

			if !tf.IsOpenTofu() {
				if out, err := tf.Run(t.Context(), dir, "init", "-no-color"); err == nil || !strings.Contains(out+err.Error(), "Unsupported block type") {
					t.Errorf("Terraform takes the block: %v\n%s", err, out)
				}

				return
			}

			tf.Setenv("TF_VAR_state_passphrase", phrase)
			validate(t, tf, dir, func(string) configuration { return c })
			tf.run(t, dir, "apply", "-auto-approve")

			state, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
			if err != nil || !strings.Contains(string(state), "encrypted_data") || strings.Contains(string(state), "as clear as day") {
				t.Errorf("the state is not encrypted: %v\n%s", err, state)
			}
		})
	}
}

// moduleFiles makes a module of a block. A block that does not name the sources
// of its providers means this provider, or the one that the reader leaves.
func moduleFiles(folder string, c configuration) map[string]string {
	files := map[string]string{folder + "main.tf": c.text}

	switch {
	case strings.Contains(c.text, "required_providers"):
	case strings.Contains(c.text, "restapi_"):
		files[folder+"versions.tf"] = required("mastercard/restapi")
	default:
		files[folder+"versions.tf"] = required("stackonehq/stackone")
	}

	return files
}

// validate runs "terraform validate" and reports each problem at its block.
func validate(t *testing.T, tf terraform, dir string, of func(file string) configuration) {
	t.Helper()

	tf.run(t, dir, "init", "-no-color")

	// It fails when the configuration is not valid, and says why in the output.
	out, err := tf.Run(t.Context(), dir, "validate", "-json")

	var result struct {
		Diagnostics []struct {
			Severity, Summary, Detail string
			Range                     struct{ Filename string }
		}
	}

	if jsonErr := json.Unmarshal([]byte(out), &result); jsonErr != nil {
		t.Fatalf("%v, %v\n%s", jsonErr, err, out)
	}

	for _, d := range result.Diagnostics {
		// A child module warns about what is right in a root module.
		if d.Severity == "warning" && d.Summary == "Redundant empty provider block" {
			continue
		}

		c := of(d.Range.Filename)
		t.Errorf("%s in %s: %s: %s\n%s", d.Severity, strings.Join(c.where, ", "), d.Summary, d.Detail, c.text)
	}
}

// Terraform demands this of root modules alone, and only when it plans.
func TestBlocks_secretOutputsAreSensitive(t *testing.T) {
	t.Parallel()

	secrets := []string{"token", "auth_link_url", "external_trigger_token"}
	found := 0

	for _, c := range configurations(t) {
		for _, b := range c.body.Blocks {
			if b.Type != "output" || !mentions(b.Body.Attributes["value"], secrets) {
				continue
			}

			found++

			if b.Body.Attributes["sensitive"] == nil && b.Body.Attributes["ephemeral"] == nil {
				t.Errorf("%s: the output %s shows a secret", strings.Join(c.where, ", "), b.Labels[0])
			}
		}
	}

	if found < 3 {
		t.Errorf("only %d outputs of secrets were found", found)
	}
}

// mentions reports whether an expression reads an attribute with one of the names.
func mentions(value *hclsyntax.Attribute, names []string) bool {
	found := false

	if value == nil {
		return false
	}

	_ = hclsyntax.VisitAll(value.Expr, func(node hclsyntax.Node) hcl.Diagnostics {
		var traversal hcl.Traversal

		switch node := node.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			traversal = node.Traversal
		case *hclsyntax.RelativeTraversalExpr:
			traversal = node.Traversal
		}

		for _, step := range traversal {
			if attribute, ok := step.(hcl.TraverseAttr); ok && slices.Contains(names, attribute.Name) {
				found = true
			}
		}

		return nil
	})

	return found
}

// normal spells a JSON value in one way.
func normal(t *testing.T, text string) string {
	t.Helper()

	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}

	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	return string(out)
}
