package incident_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/incident"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators"
)

// fallenIn is what is lost where the pods of a workload, as NAME or NAMESPACE/NAME, fall.
func fallenIn(t *testing.T, text, name string) *incident.Incident {
	t.Helper()
	return fallenOf(t, text, func(workload string) bool { return strings.HasSuffix("/"+workload, "/"+name) })
}

// fallenOf is what is lost where the pods of some workloads fall.
func fallenOf(t *testing.T, text string, hasFallen func(workload string) bool) *incident.Incident {
	t.Helper()
	all, err := objects.Parse("m.yaml", []byte(text))
	require.NoError(t, err)
	result := validators.Check(all, nil, cluster.Kapsule())
	m := access.New(result.Manifests)
	var ends []access.End
	for _, node := range m.Map.Nodes {
		for _, w := range node.Workloads {
			if hasFallen(w.PodNamespace() + "/" + w.Name) {
				ends = append(ends, access.End{Node: node, Workload: w})
			}
		}
	}
	return incident.New(m, ends, result.Ways(), nil)
}

// keys are those of each Secret, with + where more are lost, and from where the way to it begins.
func keys(in *incident.Incident) []string {
	var all []string
	for i := range in.Secrets {
		s := &in.Secrets[i]
		text := s.Namespace + "/" + s.Name + ":"
		for _, k := range s.Keys {
			text += " " + k.Name
		}
		if s.MayHaveMore {
			text += " +"
		}
		if len(s.Way) > 0 {
			text += " by " + s.Way[len(s.Way)-2]
		}
		all = append(all, text)
	}
	return all
}

func commands(in *incident.Incident) []string {
	var all []string
	for _, s := range in.Steps {
		all = append(all, s.Commands...)
	}
	return all
}

// store is a store of a namespace with an ExternalSecret that fills Secret app with the keys A and B.
func store(namespace, project string) string {
	return fmt.Sprintf(`
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: %[1]s}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: %[2]s
      accessKey: {secretRef: {name: key, key: access}}
      secretKey: {secretRef: {name: key, key: secret}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e, namespace: %[1]s}
spec:
  secretStoreRef: {name: s, kind: SecretStore}
  target: {name: app}
  data:
  - {secretKey: A, remoteRef: {key: "path:/app/one"}}
  - {secretKey: B, remoteRef: {key: "path:/app/two"}}
`, namespace, project)
}

func deployment(namespace, name, imports string) string {
	return fmt.Sprintf(`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: %[1]s}
spec:
  selector: {matchLabels: {app: %[2]s}}
  template:
    metadata: {labels: {app: %[2]s}}
    spec:
      serviceAccountName: %[2]s
      containers: [{name: c, image: i, %[3]s}]
`, namespace, name, imports)
}

// reads is a role of namespace a by which account web reads Secrets: all, or those of names.
func reads(names string) string {
	return fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: a}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]%s}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: r, namespace: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: web, namespace: a}]
`, names)
}

func env(secret, key string) string {
	return fmt.Sprintf("env: [{name: V, valueFrom: {secretKeyRef: {name: %s, key: %s}}}]", secret, key)
}

const projectA, projectB = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90", "4a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e91"

func TestEveryWayToASecretCounts(t *testing.T) {
	const token, apiKey = "token of service account a/web", "Secret a/key"
	for _, test := range []struct {
		name, manifests string
		want            []string
	}{
		{"an import of one key", deployment("a", "web", env("app", "A")), []string{"a/app: A"}},
		{
			"an import of one key, and a token that reads all", deployment("a", "web", env("app", "A")) + reads(""),
			[]string{"a/app: A", "a/app: B by " + token, "a/key: + by " + token},
		},
		{
			"an import of one key, and a token that reads the Secret", deployment("a", "web", env("app", "A")) +
				reads(", resourceNames: [app]"),
			[]string{"a/app: A", "a/app: B by " + token},
		},
		{
			"a token that reads the API key", deployment("a", "web", "") + reads(", resourceNames: [key]"),
			[]string{"a/key: + by " + token, "a/app: A B by " + apiKey},
		},
		{
			"an import of the secret key", deployment("a", "web", env("key", "secret")),
			[]string{"a/key: secret", "a/app: A B by " + apiKey},
		},
		{
			"an import of one key, and of the secret key", deployment("a", "web", `env: [
				{name: A, valueFrom: {secretKeyRef: {name: app, key: A}}},
				{name: K, valueFrom: {secretKeyRef: {name: key, key: secret}}}]`),
			[]string{"a/app: A", "a/key: secret", "a/app: B by " + apiKey},
		},
		{
			"envFrom of an init container", strings.Replace(deployment("a", "web", ""), "containers:",
				"initContainers: [{name: i, image: i, envFrom: [{secretRef: {name: app}}]}]\n      containers:", 1),
			[]string{"a/app: A B"},
		},
		{
			"a Secret to pull images with", strings.Replace(deployment("a", "web", ""), "containers:",
				"imagePullSecrets: [{name: app}]\n      containers:", 1),
			nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, keys(fallenIn(t, store("a", projectA)+test.manifests, "web")))
		})
	}
}

func TestAKeyThatNothingWritesIsLostOnce(t *testing.T) {
	in := fallenIn(t, deployment("a", "web", env("hand", "A"))+deployment("a", "api", env("hand", "B"))+reads(""), "web")
	assert.Equal(t, []string{"a/hand: A", "a/hand: B + by token of service account a/web"}, keys(in))
	assert.Equal(t, []access.Object{{Kind: "Deployment", Namespace: "a", Name: "api"}}, in.Secrets[1].Keys[0].Others)
}

func TestAValueIsThatOfItsProject(t *testing.T) {
	both := store("a", projectA) + store("b", projectB) + deployment("a", "web", env("app", "A")) + deployment("b", "web", env("app", "A"))
	in := fallenIn(t, both, "a/web")
	assert.Empty(t, in.Secrets[0].Keys[0].Others)
	for _, command := range commands(in) {
		assert.NotContains(t, command, "-n b ")
	}

	text := strings.Join(commands(fallenIn(t, both, "web")), "\n")
	for _, part := range []string{
		"project-id=" + projectA, "project-id=" + projectB, "@app.one.new", "@app.one." + projectB + ".fr-par.new",
		"> a.deployment.web.log", "> b.deployment.web.log",
	} {
		assert.Contains(t, text, part)
	}

	same := strings.ReplaceAll(both, projectB, projectA)
	assert.Len(t, fallenIn(t, same, "a/web").Secrets[0].Keys[0].Others, 1)
}

func TestWhatIsPerhapsOpenIsReachedPerhaps(t *testing.T) {
	policy := `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: %s}
spec: {podSelector: {}, policyTypes: [Egress, Ingress], %s}
`
	in := fallenIn(t, deployment("a", "web", "")+deployment("b", "db", "")+
		fmt.Sprintf(policy, "a", "egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]}]")+
		fmt.Sprintf(policy, "b", "ingress: [{from: [{namespaceSelector: {matchLabels: {team: v}}}], ports: [{port: 5432}]}]"), "web")
	require.Len(t, in.Connections, 1)
	assert.True(t, in.Connections[0].Maybe)
	assert.Empty(t, in.Connections[0].Ports)
	assert.Equal(t, []string{"5432"}, in.Connections[0].MaybePorts)
}

// BenchmarkSecrets says what is lost with many Secrets of ten keys: the time must grow with their number, not its square.
func BenchmarkSecrets(b *testing.B) {
	for _, secrets := range []int{100, 1000} {
		b.Run(strconv.Itoa(secrets), func(b *testing.B) {
			var text strings.Builder
			text.WriteString(store("a", projectA) + deployment("a", "web", "") + reads(""))
			for i := range secrets {
				fmt.Fprintf(&text, "\n---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e%[1]d, namespace: a}\n"+
					"spec:\n  secretStoreRef: {name: s}\n  target: {name: s%[1]d}\n  data:\n", i)
				for k := range 10 {
					fmt.Fprintf(&text, "  - {secretKey: K%[2]d, remoteRef: {key: \"path:/app/s%[1]d-%[2]d\"}}\n", i, k)
				}
			}
			all, err := objects.Parse("m.yaml", []byte(text.String()))
			require.NoError(b, err)
			result := validators.Check(all, nil, cluster.Kapsule())
			m := access.New(result.Manifests)
			ends, err := m.Ends("web")
			require.NoError(b, err)
			leads := result.Ways()
			for b.Loop() {
				require.Len(b, incident.New(m, ends, leads, nil).Secrets, secrets+2)
			}
		})
	}
}
