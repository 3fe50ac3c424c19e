package pods_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestTokensThatMonitorsSend(t *testing.T) {
	const coreos, file = "monitoring.coreos.com/v1", "/var/run/secrets/kubernetes.io/serviceaccount/token"
	const sends = "{port: metrics}, {port: https, bearerTokenFile: " + file + "}"
	sent := func(object, list string) []string {
		return []string{"undecided warning CLS-P021 " + object + " spec." + list + "[1].bearerTokenFile: not decided: " +
			"Prometheus sends the pods of component a its own file \"" + file + "\", and what the token in it may read is " +
			"not known"}
	}
	table := manifests.Table{
		"to its own pods": {
			Manifests: manifests.Object(coreos, "ServiceMonitor", "m", "spec: {endpoints: ["+sends+"]}"),
			Want:      sent("ServiceMonitor a/m", "endpoints"),
		},
		"to pods of every namespace": {
			Manifests: manifests.Object(coreos, "PodMonitor", "m",
				"spec: {namespaceSelector: {any: true}, podMetricsEndpoints: ["+sends+"]}"),
			Want: sent("PodMonitor a/m", "podMetricsEndpoints"),
		},
		"to pods of the system and its own": {
			Manifests: manifests.Object("operator.victoriametrics.com/v1beta1", "VMServiceScrape", "m",
				"spec: {namespaceSelector: {matchNames: [kube-system, a]}, endpoints: ["+sends+"]}"),
			Want: sent("VMServiceScrape a/m", "endpoints"),
		},
		"to pods of the system": {
			Manifests: manifests.Object(coreos, "ServiceMonitor", "m",
				"spec: {namespaceSelector: {matchNames: [kube-system]}, endpoints: ["+sends+"]}"),
		},
		"nothing": {
			Manifests: manifests.Object(coreos, "ServiceMonitor", "m", "spec: {endpoints: [{port: metrics}]}"),
		},
	}
	table.Run(t, judge, manifests.Messages, manifests.Shop(t, "{a: {namespace: a}}"))
	for name, test := range table { // what is not declared may be that of an operator
		test.Want = nil
		table[name] = test
	}
	table.Run(t, judge, manifests.Messages)
}
