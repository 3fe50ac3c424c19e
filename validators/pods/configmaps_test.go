package pods_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

const (
	wanting = "env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}, {name: B, valueFrom: " +
		"{configMapKeyRef: {name: settings, key: b, optional: true}}}]"
	field = " Pod a/p spec.containers[0].env[0].valueFrom.configMapKeyRef: "
)

func TestConfigMapsAndTheirKeysAreThere(t *testing.T) {
	settings := func(fields string) string { return manifests.Object("v1", "ConfigMap", "settings", fields) }
	pod := workload("Pod", "p", wanting, "")
	const noKey = "error CLS-P020" + field + `ConfigMap "settings" has no key "a"`
	missing := manifests.Table{
		"the key is there":   {pod + settings("data: {a: x}"), nil},
		"as bytes":           {pod + settings("binaryData: {a: eA==}"), nil},
		"another key":        {pod + settings("data: {c: x}"), []string{noKey}},
		"no key":             {pod + settings("data: {}"), []string{noKey}},
		"of every namespace": {workload("Pod", "p", "envFrom: [{configMapRef: {name: kube-root-ca.crt}}]", ""), nil},
		"optional":           {workload("Pod", "p", "envFrom: [{configMapRef: {name: x, optional: true}}]", ""), nil},
		"OpenShift fills it in": {pod + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: a, " +
			"labels: {config.openshift.io/inject-trusted-cabundle: 'true'}}\n", nil},
		"items of a volume": {
			workload("Pod", "p", "", "volumes: [{name: v, configMap: {name: settings, items: [{key: c, path: c}]}}, "+
				"{name: w, projected: {sources: [{configMap: {name: settings, items: [{key: d, path: d}]}}]}}]") +
				settings("data: {c: x}"),
			[]string{"error CLS-P020 Pod a/p spec.volumes[1].projected.sources[0].configMap.items[0].key: ConfigMap " +
				`"settings" has no key "d"`},
		},
	}
	missing.Run(t, judge, manifests.Messages)
	missing.Run(t, judge, manifests.Messages, manifests.Shop(t, "{a: {namespace: a}}"))
}

func TestConfigMapsThatNothingCreates(t *testing.T) {
	pod := workload("Pod", "p", wanting, "")
	manifests.Table{
		"without a Segregation": {pod, []string{"info CLS-P020" + field + `assumed: ConfigMap a/settings is created by ` +
			`other means; nothing in the input does`}},
	}.Run(t, judge, manifests.Messages)
	manifests.Table{
		"with one": {pod, []string{"error CLS-P020" + field + "nothing in the input creates ConfigMap a/settings"}},
		"a Bundle makes it": {pod + clusterWide("trust.cert-manager.io/v1alpha1", "Bundle", "settings", "spec: {}"),
			[]string{"info CLS-P020" + field + `assumed: ConfigMap a/settings is created by other means; nothing in the ` +
				`input does`}},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, "{a: {namespace: a}}"))
}
