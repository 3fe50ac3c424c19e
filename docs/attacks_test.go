package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/finding"
)

// edgesOfKubeHound are those of version 1.6.7 (commit 53da187 of github.com/DataDog/KubeHound): the labels in
// pkg/kubehound/graph/edge, and EXPLOIT_CONTAINERD_SOCK and IDENTITY_IMPERSONATE, which docs/reference/attacks has and
// no code.
var edgesOfKubeHound = strings.Fields(`
	CE_MODULE_LOAD CE_NSENTER CE_PRIV_MOUNT CE_SYS_PTRACE CE_UMH_CORE_PATTERN CE_VAR_LOG_SYMLINK CONTAINER_ATTACH
	ENDPOINT_EXPLOIT EXPLOIT_CONTAINERD_SOCK EXPLOIT_HOST_READ EXPLOIT_HOST_TRAVERSE EXPLOIT_HOST_WRITE IDENTITY_ASSUME
	IDENTITY_IMPERSONATE PERMISSION_DISCOVER POD_ATTACH POD_CREATE POD_EXEC POD_PATCH ROLE_BIND SHARE_PS_NAMESPACE
	TOKEN_BRUTEFORCE TOKEN_LIST TOKEN_STEAL VOLUME_ACCESS VOLUME_DISCOVER
`)

// pathsOfIceKube are the keys of attack_paths in icekube/attack_paths.py of version 1.1.0 (commit 1c8d327 of
// github.com/WithSecureLabs/IceKube).
var pathsOfIceKube = strings.Fields(`
	ACCESS_POD ACCESS_SECRET AZURE_POD_IDENTITY_EXCEPTION BOUND_TO CAN_ACCESS_DANGEROUS_HOST_PATH CAN_ACCESS_HOST_FD
	CAN_CGROUP_BREAKOUT CAN_EXEC_THROUGH_KUBELET CAN_IMPERSONATE CAN_LOAD_KERNEL_MODULES CAN_NSENTER_HOST
	CREATE_POD_WITH_SA CREATE_PRIVILEGED_WORKLOAD CREATE_SECRET_WITH_TOKEN DEBUG_POD EXEC_INTO
	GENERATE_CLIENT_CERTIFICATE GENERATE_TOKEN GET_AUTHENTICATION_TOKEN_FOR GRANTS_PERMISSION IS_CLUSTER_ADMIN
	IS_PRIVILEGED MOUNTS_SECRET PATCH_NAMESPACE_TO_BYPASS_PSA RBAC_ESCALATE_TO REPLACE_IMAGE UPDATE_AWS_AUTH
	UPDATE_WORKLOAD_WITH_SA USES_ACCOUNT
`)

// attack is a row of a table of attacks.md.
type attack struct {
	section, name, decidedBy, limit string
}

var (
	// decided is a code in a row, with the manifests that it is tried with.
	decided = regexp.MustCompile(`\[(CLS-[A-Z]\d{3})\]\(findings\.md#[a-z0-9-]+\)(?: \(([^|]*?\))\))?`)
	// manifest is a link to one of them.
	manifest = regexp.MustCompile(`\[(?:tried|passes|\d+)\]\(([^()]+)\)`)
	anyCode  = regexp.MustCompile(`CLS-[A-Z]\d{3}`)
)

func attacks(t *testing.T) []attack {
	t.Helper()
	text, err := os.ReadFile("attacks.md")
	require.NoError(t, err)
	var rows []attack
	section := ""
	for line := range strings.Lines(string(text)) {
		if title, is := strings.CutPrefix(line, "## "); is {
			section = strings.TrimSpace(title)
		}
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 6 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[3]) == "decided by" {
			continue
		}
		rows = append(rows, attack{
			section, strings.Trim(cells[1], " `"), strings.TrimSpace(cells[3]), strings.TrimSpace(cells[4]),
		})
	}
	require.NotEmpty(t, rows)
	return rows
}

func TestAttacksHaveEveryEdge(t *testing.T) {
	named := map[string][]string{}
	for _, row := range attacks(t) {
		named[row.section] = append(named[row.section], row.name)
	}
	assert.Equal(t, edgesOfKubeHound, named["Edges of KubeHound"])
	assert.Equal(t, pathsOfIceKube, named["Edges of IceKube"])
}

func TestEveryAttackIsDecidedOrALimit(t *testing.T) {
	known := map[string]bool{}
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			known[string(rule.Code)] = true
		}
	}
	tried := 0
	for _, row := range attacks(t) {
		codes := decided.FindAllStringSubmatch(row.decidedBy, -1)
		assert.False(t, len(codes) == 0 && row.limit == "", "%s: must name a code or a limit", row.name)
		assert.Len(t, anyCode.FindAllString(row.decidedBy, -1), len(codes), "%s: a code must be a link", row.name)
		for _, code := range anyCode.FindAllString(row.decidedBy+row.limit, -1) {
			assert.True(t, known[code], "%s: there is no code %s", row.name, code)
		}
		for _, match := range codes {
			manifests := manifest.FindAllStringSubmatch(match[2], -1)
			assert.NotEmpty(t, manifests, "%s: %s must be tried with a manifest", row.name, match[1])
			for _, file := range manifests {
				tried++
				assert.True(t, expects(t, file[1], match[1]), "%s: no test expects %s for %s", row.name, match[1], file[1])
			}
		}
	}
	require.Greater(t, tried, 100)
}

// TestLimitsOfAttacksPass holds what the page says is not reported to cases that expect no error and nothing undecided.
func TestLimitsOfAttacksPass(t *testing.T) {
	var passing []string
	for _, row := range attacks(t) {
		for _, match := range regexp.MustCompile(`\[passes\]\(([^()]+)\)`).FindAllStringSubmatch(row.limit, -1) {
			passing = append(passing, match[1])
			runs := runsOf(t, match[1])
			assert.NotEmpty(t, runs, "%s: no test has %s", row.name, match[1])
			for _, run := range runs {
				assert.Equal(t, []int{0}, run.Exit, "%s: %s", row.name, match[1])
				assert.Contains(t, run.Never, "not decided", "%s: %s", row.name, match[1])
			}
		}
	}
	files, err := filepath.Glob("../testdata/verdicts/attacks-that-pass/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		if filepath.Base(file) == "expect.yaml" {
			continue
		}
		assert.Contains(t, passing, filepath.ToSlash(file), "attacks.md does not say that it passes")
	}
}

// expects reports whether a test expects a code for a manifest: a verdict, or the errors of a golden case.
func expects(t *testing.T, file, code string) bool {
	t.Helper()
	if strings.HasPrefix(file, "../testdata/cases/") {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "errors.txt"))
		return assert.NoError(t, err) && strings.Contains(string(text), code)
	}
	return slices.ContainsFunc(runsOf(t, file), func(run verdictRun) bool {
		return slices.ContainsFunc(run.Want, func(want string) bool { return strings.Contains(want, code) })
	})
}

// verdictRun is a run in an expect.yaml of testdata/verdicts.
type verdictRun struct {
	Args  []string `json:"args"`
	Exit  []int    `json:"exit"`
	Want  []string `json:"want"`
	Never []string `json:"never"`
}

// runsOf are the runs of a verdict with a manifest.
func runsOf(t *testing.T, file string) []verdictRun {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "expect.yaml"))
	if !assert.NoError(t, err) {
		return nil
	}
	var verdict struct {
		Runs []verdictRun `json:"runs"`
	}
	require.NoError(t, yaml.Unmarshal(text, &verdict))
	return slices.DeleteFunc(verdict.Runs, func(run verdictRun) bool {
		return !slices.Contains(run.Args, "{case}/"+filepath.Base(file))
	})
}
