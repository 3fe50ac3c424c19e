package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// perComponent is how many resources a component of workload has without further flows: Namespace, ServiceAccount,
// three NetworkPolicies, ResourceQuota, LimitRange, SecretStore and ExternalSecret.
const perComponent = 9

const listHeader = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

// writeSpec writes a ResourceList whose only content is a Segregation that expands into exactly the given number of
// resources. Each component takes its share: what is more than perComponent are flows to further namespaces, each of
// which gives a NetworkPolicy.
func writeSpec(w io.Writer, components, resources int) {
	fmt.Fprint(w, listHeader, "functionConfig:\n")
	writeSegregation(w, components, resources)
	fmt.Fprint(w, "items: []\n")
}

// writeTrivial writes the smallest Segregation.
func writeTrivial(w io.Writer) {
	fmt.Fprint(w, listHeader, `functionConfig:
  apiVersion: cloison.dev/v1alpha1
  kind: Segregation
  metadata: {name: bench}
  spec:
    scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
    components: {c: {}}
items: []
`)
}

func writeSegregation(w io.Writer, components, resources int) {
	fmt.Fprint(w, `  apiVersion: cloison.dev/v1alpha1
  kind: Segregation
  metadata: {name: bench}
  spec:
    scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
    components:
`)
	for c := range components {
		fmt.Fprintf(w, `      c%d:
        secrets:
          keys: [DATABASE_URL, REDIS_URL, API_TOKEN_SECRET]
          map: {S3_ACCESS_KEY: {secret: s3-credentials, property: accessKeyId}}
        quota: {requests.cpu: "10", requests.memory: 20Gi, pods: "20"}
        limits: [{type: Container, default: {cpu: 500m, memory: 512Mi}}]
        egress:
`, c)
		flows := share(resources, components, c) - perComponent
		for flow := range flows {
			fmt.Fprintf(w, "        - {to: {namespace: n%d}, ports: [443, 8443]}\n", flow)
		}
		if flows == 0 {
			fmt.Fprint(w, "          []\n")
		}
	}
}

// writeDocument writes a Segregation as a file of its own, which is not applied.
func writeDocument(w io.Writer, components, resources int) {
	var text strings.Builder
	writeSegregation(&text, components, resources)
	for line := range strings.Lines(text.String()) {
		line = strings.TrimPrefix(line, "  ")
		fmt.Fprint(w, strings.Replace(line, "metadata: {name: bench}",
			`metadata: {name: bench, annotations: {config.kubernetes.io/local-config: "true"}}`, 1))
	}
}

// copyItems copies a ResourceList without its functionConfig.
func copyItems(w io.Writer, list io.Reader) {
	inConfig := false
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "-") {
			inConfig = line == "functionConfig:"
		}
		if !inConfig {
			fmt.Fprintln(w, line)
		}
	}
}

// share is the i-th of several shares of total, which differ by one at most.
func share(total, among, i int) int {
	part := total / among
	if i < total%among {
		part++
	}
	return part
}

// writeForeign writes a ResourceList with resources of other tools, commented as people do, and a Segregation of one
// component.
func writeForeign(w io.Writer, resources int) {
	fmt.Fprint(w, listHeader, "functionConfig:\n")
	writeSegregation(w, 1, perComponent+1)
	fmt.Fprint(w, "items:\n")
	for i := range resources {
		fmt.Fprintf(w, foreign[i%len(foreign)], i)
	}
}

// foreign are resources with a place for a number, of a namespace that no component may have.
var foreign = [...]string{
	`- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: app-%[1]d # a comment
    namespace: kube-system
    labels: {app: app-%[1]d}
  spec:
    replicas: 2
    selector:
      matchLabels:
        app: app-%[1]d
    template:
      metadata:
        labels:
          app: app-%[1]d
      spec:
        # the one container
        containers:
        - name: main
          image: registry.example.com/app:v1
          ports:
          - containerPort: 8080
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {memory: 256Mi}
`,
	`- apiVersion: v1
  kind: Service
  metadata:
    name: app-%[1]d
    namespace: kube-system
  spec:
    selector:
      app: app-%[1]d
    ports:
    - name: http
      port: 80
      targetPort: 8080
`,
	`- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: app-%[1]d
    namespace: kube-system
  data:
    LOG_LEVEL: info
    settings.yaml: |
      # read by the application
      number: %[1]d
      features: [a, b]
`,
}

// writeFile writes a file through a buffer, so that the content is never in memory as a whole.
func writeFile(name string, write func(io.Writer)) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(file)
	write(buffered)
	if err := buffered.Flush(); err != nil {
		return err
	}
	return file.Close()
}
