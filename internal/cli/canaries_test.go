package cli_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
)

// canaryManifests hold made-up values wherever manifests can hold one, and names with control characters.
const canaryManifests = `
apiVersion: v1
kind: Secret
metadata: {name: written, namespace: web}
stringData: {PASSWORD: canary-in-a-secret}
data: {TOKEN: ` + "Y2FuYXJ5LWluLWRhdGE=" + `}
---
apiVersion: v1
kind: Secret
metadata: {name: "odd\u001b[31m\u0007", namespace: web}
stringData: {"KEY\u001b[2J": canary-odd}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: web}
data: {URL: "postgres://user:canary-in-a-configmap@db/x"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: "web\u001b[31m"
        image: registry.example.com/web:1
        args: ["--password=canary-in-an-argument"]
        env:
        - {name: PASSWORD, value: canary-in-a-variable}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: written, key: TOKEN}}}
        envFrom: [{secretRef: {name: "odd\u001b[31m\u0007"}}]
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: scaleway, namespace: web}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      accessKey: {value: SCWCANARYCANARYCANAR}
      secretKey: {value: 11111111-2222-4333-8444-canary555555}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: "wide\u001b[31m", namespace: web}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{namespaceSelector: {}}]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: admin, namespace: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: "team\u001b]0;x\u0007"}]
`

// TestNoFormHoldsAValueOrAControlCharacter runs every command that shows what manifests allow, in every form.
func TestNoFormHoldsAValueOrAControlCharacter(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("all.yaml", []byte(canaryManifests), 0o600))
	require.NoError(t, os.WriteFile("none.yaml", []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n"), 0o600))
	values := regexp.MustCompile("(?i)canary|Y2FuYXJ5|" + base64.StdEncoding.EncodeToString([]byte("canary"))[:6])
	for _, command := range []string{
		"explain", "explain -o json", "explain -o mermaid", "explain -o dot",
		"explain --from web --to internet", "explain --who TOKEN", "explain --who PASSWORD -o json",
		"incident web", "incident web -o json", "check", "check --group none", "check -o json", "check -o markdown",
		"check -o sarif", "check -o junit", "import",
		"diff none.yaml", "diff -o markdown none.yaml", "diff -o json none.yaml", "diff --reverse",
	} {
		t.Run(command, func(t *testing.T) {
			args := append(append([]string{"cloison"}, strings.Fields(command)...), "all.yaml")
			if command == "diff --reverse" {
				args = []string{"cloison", "diff", "all.yaml", "none.yaml"}
			}
			var stdout, stderr bytes.Buffer
			code := cli.Run(args, strings.NewReader(""), &stdout, &stderr)
			require.NotEqual(t, 2, code, stderr.String())
			require.NotEmpty(t, stdout.String()+stderr.String())
			for _, written := range []string{stdout.String(), stderr.String()} {
				assert.Empty(t, values.FindAllString(written, -1), written)
				for _, r := range written {
					if r != '\n' && r != '\t' && (r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0) {
						assert.Fail(t, "a control character", "%q in %q", r, written)
						break
					}
				}
			}
		})
	}
}
