package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The platforms for which Terraform itself is released and Go still builds, as
// far as they are in use. The first ones are checked by "make release-check".
func TestConfig_targets(t *testing.T) {
	t.Parallel()

	want := append(targets(),
		target{"darwin", "amd64"},
		target{"freebsd", "386"}, target{"freebsd", "amd64"}, target{"freebsd", "arm"}, target{"freebsd", "arm64"},
		target{"linux", "386"}, target{"linux", "arm"},
		target{"windows", "386"}, target{"windows", "arm64"},
	)

	var got []target
	for _, match := range regexp.MustCompile(`(?m)^      - ([a-z]+)_([a-z0-9]+)$`).FindAllStringSubmatch(read(t, configFile), -1) {
		got = append(got, target{match[1], match[2]})
	}

	if !slices.Equal(got, want) {
		t.Errorf("%s builds for %v, want %v", configFile, got, want)
	}
}

// What no build shows, since "make release-check" neither signs nor lists nor
// publishes: the registry refuses a release without a signature or a manifest, and
// must not see one before its provenance is attested.
func TestConfig_publishing(t *testing.T) {
	t.Parallel()

	config := withoutComments(read(t, configFile))

	// The registry looks for these names: the manifest both among the checksums and
	// among the files of the release.
	for _, want := range []string{`
checksum:
  name_template: "{{ .ProjectName }}_{{ .Version }}_SHA256SUMS"
  algorithm: sha256
  extra_files:
    - &manifest
      glob: ` + manifestFile + `
      name_template: "{{ .ProjectName }}_{{ .Version }}_manifest.json"
`, `
sboms:
  - artifacts: archive
    documents:
      - "{{ .ArtifactName }}.spdx.json"
`, `
signs:
  - artifacts: checksum
    cmd: gpg
    args:
      - --batch
      - --pinentry-mode=loopback
      - --passphrase-fd=0
      - --local-user={{ .Env.GPG_FINGERPRINT }}
      - --output=${signature}
      - --detach-sign
      - ${artifact}
    stdin: "{{ .Env.GPG_PASSPHRASE }}"
`, `
release:
  github:
    owner: StackOneHQ
    name: terraform-provider-stackone
  draft: true
  use_existing_draft: true
  prerelease: auto
  extra_files:
    - *manifest
`} {
		// A section ends where the next begins.
		if section, _, _ := strings.Cut(want, ":"); !strings.Contains(config, want+"\n") || strings.Count(config, section+":") != 1 {
			t.Errorf("%s does not have this, or has more in that section:%s", configFile, want)
		}
	}

	if workflow := read(t, ".github/workflows/release.yml"); !strings.Contains(workflow, "--draft=false") {
		t.Error("the release workflow does not publish the draft")
	}
}

func withoutComments(yaml string) string {
	lines := strings.SplitAfter(yaml, "\n")
	kept := lines[:0]

	for _, line := range lines {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			kept = append(kept, line)
		}
	}

	return strings.Join(kept, "")
}
