package main

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// buildMatrix is the part of a build in GoReleaser's configuration that says for
// which targets it is.
type buildMatrix struct {
	OS     []string `yaml:"goos"`
	Arch   []string `yaml:"goarch"`
	Ignore []struct {
		OS   string `yaml:"goos"`
		Arch string `yaml:"goarch"`
	} `yaml:"ignore"`
}

func (b buildMatrix) has(t target) bool {
	for _, i := range b.Ignore {
		if i.OS == t.os && i.Arch == t.arch {
			return false
		}
	}

	return slices.Contains(b.OS, t.os) && slices.Contains(b.Arch, t.arch)
}

// narrow returns GoReleaser's configuration with fewer targets, and with another
// folder for the files. It fails if a release would not be for these targets.
func narrow(config []byte, targets []target, dist string) ([]byte, error) {
	var matrices struct {
		Builds []buildMatrix `yaml:"builds"`
	}

	if err := yaml.Unmarshal(config, &matrices); err != nil {
		return nil, err
	}

	if len(matrices.Builds) != 1 {
		return nil, fmt.Errorf("it has %d builds, not 1", len(matrices.Builds))
	}

	names := make([]string, 0, len(targets))

	for _, t := range targets {
		if !matrices.Builds[0].has(t) {
			return nil, fmt.Errorf("it does not build for %s", t)
		}

		names = append(names, t.String())
	}

	var all struct {
		Builds []map[string]any `yaml:"builds"`
		Rest   map[string]any   `yaml:",inline"`
	}

	if err := yaml.Unmarshal(config, &all); err != nil {
		return nil, err
	}

	build := all.Builds[0]
	delete(build, "goos")
	delete(build, "goarch")
	delete(build, "ignore")

	build["targets"] = names
	all.Rest["dist"] = dist

	return yaml.Marshal(all)
}
