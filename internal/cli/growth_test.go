package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/testkit"
)

// TestAccessThatGrowsIsSaid changes one thing of testdata/differences/base.yaml, or adds an object, in ways by which access
// grows without a new connection, key or role under the old names. Each must be said, and give exit code 1.
func TestAccessThatGrowsIsSaid(t *testing.T) {
	base := testkit.Read(t, "../../testdata/differences/base.yaml")
	const worker = "automountServiceAccountToken: false\n      containers:\n      - name: worker\n"
	for name, test := range map[string]struct {
		old, new string
		// alsoOld and alsoNew are a second replacement, add an object.
		alsoOld, alsoNew, add, want string
	}{
		"another project": {
			old: "projectId: 58d2c7e1-3b04-4f69-9a8e-c1f07d65b2a4", new: "projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90",
			want: "now reads with project 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90",
		},
		"another API key": {old: "{name: scw-web, key: secret-key}", new: "{name: scw-worker, key: secret-key}",
			want: "now reads with the API key of Secret shop-web/scw-web and shop-web/scw-worker"},
		"another API": {old: "      region: fr-par\n", new: "      region: fr-par\n      apiUrl: https://api.example.com\n",
			want: "now reads with the API at https://api.example.com"},
		"the network of the node": {old: worker, new: "hostNetwork: true\n      " + worker, want: "now has the network on its node"},
		"the whole of a folder of the node": {
			old: worker, new: "volumes: [{name: a, hostPath: {path: /etc}}]\n      " + worker + "        volumeMounts: " +
				"[{name: a, mountPath: /a, readOnly: true}]\n",
			want: "now has the folder /etc on its node",
		},
		"the settings of the kernel": {
			old:  "image: registry.example.com/shop/worker:1.0.0\n",
			new:  "image: registry.example.com/shop/worker:1.0.0\n        securityContext: {procMount: Unmasked}\n",
			want: "now has the settings of its kernel (procMount Unmasked) on its node",
		},
		"a second source of a key": {
			add: "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: second, namespace: shop-worker}\nspec:\n" +
				"  secretStoreRef: {name: scaleway}\n  target: {name: worker-secrets, creationPolicy: Merge}\n" +
				"  data: [{secretKey: DATABASE_URL, remoteRef: {key: path:/elsewhere/database-url}}]\n",
			want: "Secret worker-secrets now holds DATABASE_URL, from /elsewhere",
		},
		"a role that is gone while its binding stays": {
			add: "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: gone, namespace: shop-worker}\n" +
				"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: gone}\n" +
				"subjects: [{kind: ServiceAccount, name: default, namespace: shop-worker}]\n",
			want: "may now do what ClusterRole gone allows in shop-worker; the role is not in the input",
		},
		"a folder of the node": {old: worker, new: "volumes: [{name: a, hostPath: {path: /var/log}}]\n      " + worker,
			want: "now has the folder /var/log on its node"},
		"a privileged container that is accepted": {
			old: "metadata: {name: worker, namespace: shop-worker}\nspec:\n  selector", new: "metadata: {name: worker, namespace: shop-worker, " +
				"annotations: {suppress.cloison.dev/CLS-P011: because}}\nspec:\n  selector",
			alsoOld: "image: registry.example.com/shop/worker:1.0.0\n",
			alsoNew: "image: registry.example.com/shop/worker:1.0.0\n        securityContext: {privileged: true}\n",
			want:    "now has every right (privileged) on its node",
		},
		"weaker Pod Security": {old: "enforce: baseline", new: "enforce: privileged", want: "may now do what the Pod Security Standard"},
		"a role that is not in the input": {
			add: "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: x, namespace: shop-web}\n" +
				"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: elsewhere}\n" +
				"subjects: [{kind: ServiceAccount, name: default, namespace: shop-web}]\n",
			want: "may now do what ClusterRole elsewhere allows in shop-web; the role is not in the input",
		},
		"a port by its name": {
			old: "  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-worker}}",
			new: "  - to: [{namespaceSelector: {matchLabels: {team: x}}}]\n    ports: [{port: http}]\n" +
				"  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-worker}}",
			want: "on the port called http",
		},
		"a token": {old: worker, new: strings.Replace(worker, "false", "true", 1),
			add: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: x}\n" +
				"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n" +
				"subjects: [{kind: ServiceAccount, name: default, namespace: shop-worker}]\n",
			want: `service account "shop-worker/default" may now`},
	} {
		t.Run(name, func(t *testing.T) {
			head := base
			for _, change := range [][2]string{{test.old, test.new}, {test.alsoOld, test.alsoNew}} {
				require.Contains(t, base, change[0])
				if change[0] != "" {
					head = strings.Replace(head, change[0], change[1], 1)
				}
			}
			if test.add != "" {
				head += "---\n" + test.add
			}
			out, code := differenceOf(t, base, head)
			assert.Equal(t, 1, code)
			assert.Contains(t, out, test.want)
			assert.Contains(t, out, "\naccess grows: ")
		})
	}
}

// TestAWayIsNewWithoutANewFinding adds a role of an account whose token lies on the node of a privileged pod, which is known.
func TestAWayIsNewWithoutANewFinding(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: %s}\nspec:\n  automountServiceAccountToken: %t\n" +
		"  containers: [{name: c, image: i, securityContext: {privileged: %t}}]\n---\n"
	base := fmt.Sprintf(pod, "a", false, true) + fmt.Sprintf(pod, "b", true, false) +
		"apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: b}\nstringData: {K: \"\"}\n"
	head := base + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: b}\n" +
		"rules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get, list]}]\n---\n" +
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r, namespace: b}\n" +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\n" +
		"subjects: [{kind: ServiceAccount, name: default, namespace: b}]\n"
	out, code := differenceOf(t, base, head)
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "a can now obtain the Secret s (K) of b\n")
}

// differenceOf is what is said of two texts of manifests.
func differenceOf(t *testing.T, base, head string) (stdout string, code int) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("base.yaml", []byte(base), 0o600))
	require.NoError(t, os.WriteFile("head.yaml", []byte(head), 0o600))
	var out, errors bytes.Buffer
	code = cli.Run([]string{"cloison", "diff", "base.yaml", "head.yaml"}, strings.NewReader(""), &out, &errors)
	assert.Empty(t, errors.String())
	return out.String(), code
}

// TestWhatCannotBeReadIsNotDecided compares manifests of which an object cannot be read.
func TestWhatCannotBeReadIsNotDecided(t *testing.T) {
	t.Chdir(t.TempDir())
	const broken = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: a}\nspec: {containers: {}}\n"
	require.NoError(t, os.WriteFile("a.yaml", []byte(broken), 0o600))
	var out, errors bytes.Buffer
	assert.Equal(t, 3, cli.Run([]string{"cloison", "diff", "a.yaml", "a.yaml"}, strings.NewReader(""), &out, &errors))
	assert.Contains(t, out.String(), "NOT DECIDED: ")
}

// TestARootThatMovesIsNotNewAccess moves an overlay of a repository, and then changes it.
func TestARootThatMovesIsNotNewAccess(t *testing.T) {
	const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\nstringData: {K: \"\"}\n---\n" +
		"apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\nspec: {containers: [{name: c, image: i, " +
		"envFrom: [{secretRef: {name: s}}]}]}\n"
	t.Chdir(t.TempDir())
	write := func(folder, manifests string) {
		require.NoError(t, os.MkdirAll(folder, 0o755))
		require.NoError(t, os.WriteFile(folder+"/all.yaml", []byte(manifests), 0o600))
		require.NoError(t, os.WriteFile(folder+"/kustomization.yaml", []byte("resources: [all.yaml]\n"), 0o600))
	}
	compare := func() (string, int) {
		var out, errors bytes.Buffer
		code := cli.Run([]string{"cloison", "diff", "before", "after"}, strings.NewReader(""), &out, &errors)
		return out.String(), code
	}
	write("before/overlays/one", secret)
	write("before/overlays/two", strings.ReplaceAll(secret, "name: s", "name: t"))
	write("after/overlays/two", strings.ReplaceAll(secret, "name: s", "name: t"))
	write("after/overlays/moved", secret)
	out, code := compare()
	assert.Equal(t, 0, code)
	assert.Equal(t, "root overlays/one is now overlays/moved\n\naccess does not grow: nothing changes\n", out)
	write("after/overlays/moved", strings.ReplaceAll(secret, "K:", "L:"))
	out, code = compare()
	assert.Equal(t, 1, code)
	assert.True(t, strings.HasPrefix(out, "root overlays/one is gone\nroot overlays/moved is new\n\nMORE ACCESS\n"), out)
	assert.Contains(t, out, "a: Secret s now holds L, from Secret s; obtained by Pod p\n")
	assert.NotContains(t, out, "can now obtain", "a Secret is said once")
}

// TestAnAcceptanceSaysWhy accepts a finding that was there, and adds another one by which access grows.
func TestAnAcceptanceSaysWhy(t *testing.T) {
	const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: a%s}\nstringData: {K: v}\n---\n"
	t.Chdir(t.TempDir())
	base := fmt.Sprintf(secret, "s", "")
	head := fmt.Sprintf(secret, "s", `, annotations: {suppress.cloison.dev/CLS-P006: "a test"}`)
	require.NoError(t, os.WriteFile("base.yaml", []byte(base), 0o600))
	require.NoError(t, os.WriteFile("head.yaml", []byte(head), 0o600))
	for form, want := range map[string]string{
		"text":     "    reason: a test\n    accepted by: annotation of Secret a/s (head.yaml:3)\n",
		"markdown": "; accepted by annotation of Secret a/s (head.yaml:3): a test",
		"json":     `"reason": "a test"`,
	} {
		var out, errors bytes.Buffer
		assert.Equal(t, 0, cli.Run([]string{"cloison", "diff", "-o", form, "base.yaml", "head.yaml"}, strings.NewReader(""), &out, &errors))
		assert.Contains(t, out.String(), want)
	}
}
