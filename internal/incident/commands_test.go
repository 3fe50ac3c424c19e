package incident_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile are texts that would be commands, if they were no words.
func hostile(marker string) []string {
	touch := "touch " + marker
	return []string{
		"x'; " + touch + "; echo '", "x\n" + touch + "\n", `x"; ` + touch + `; "`, "$(" + touch + ")", "`" + touch + "`",
		"x}}'; " + touch + "; '{{", "; " + touch, "--kubeconfig=" + marker, "../../" + marker, `\`, "x\r" + touch,
	}
}

// TestNoTextOfTheInputIsACommand runs all commands with a kubectl and an scw that do nothing. Each text stands in each
// field once.
func TestNoTextOfTheInputIsACommand(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"kubectl", "scw"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\nexit 0\n"), 0o700))
	}
	marker := filepath.Join(folder, "marker")
	texts := hostile(marker)
	fields := []string{
		"name: web", "namespace: a", "name: key", "name: app", "name: sales", "key: A", "key: secret", "key: access",
		`key: "path:/app/one"`, "app: web", "projectId: " + projectA, "region: fr-par",
	}
	for round := range texts {
		manifests := store("a", projectA) + deployment("a", "web", env("app", "A")) + reads("") +
			strings.Replace(deployment("a", "sales", env("key", "secret")), "kind: Deployment", "kind: StatefulSet", 1)
		for i, old := range fields {
			field, _, _ := strings.Cut(old, ":")
			manifests = strings.ReplaceAll(manifests, old, field+": "+strconv.Quote(texts[(round+i)%len(texts)]))
		}
		all := commands(fallenOf(t, manifests, func(string) bool { return true }))
		for _, command := range all {
			assert.Negative(t, strings.IndexFunc(command, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", command)
		}
		for _, part := range []string{"logs", "ACCESS_KEY=", "SECRET_ID=", "force-sync"} {
			require.Contains(t, strings.Join(all, "\n"), part)
		}
		run := exec.CommandContext(t.Context(), "sh")
		run.Stdin, run.Dir = strings.NewReader(strings.Join(all, "\n")), folder
		run.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH")) // the last one counts
		output, err := run.CombinedOutput()
		require.NoError(t, err, "%s\n%s", strings.Join(all, "\n"), output)
		assert.NoFileExists(t, marker, strings.Join(all, "\n"))
	}
}

func TestAKeyIsATextOfTheTemplate(t *testing.T) {
	for _, text := range hostile("/x") {
		in := fallenIn(t, strings.ReplaceAll(store("a", projectA), "key: access", "key: "+strconv.Quote(text))+
			deployment("a", "web", "")+reads(""), "web")
		at := slices.IndexFunc(commands(in), func(c string) bool { return strings.HasPrefix(c, "ACCESS_KEY=") })
		require.GreaterOrEqual(t, at, 0)
		_, word, _ := strings.Cut(commands(in)[at], "--output ")
		word = strings.TrimSuffix(word, ")")
		output, err := exec.CommandContext(t.Context(), "sh", "-c", "printf %s "+word).Output()
		require.NoError(t, err)
		parsed, err := template.New("").Funcs(template.FuncMap{"base64decode": func(s string) string { return s }}).
			Parse(strings.TrimPrefix(string(output), "go-template="))
		require.NoError(t, err)
		var found strings.Builder
		require.NoError(t, parsed.Execute(&found, map[string]any{"data": map[string]any{text: "found"}}))
		assert.Equal(t, "found", found.String())
	}
}
