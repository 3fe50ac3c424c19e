package rights_test

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// fixtureBodies are objects of the kinds whose fields the API server asks for, by their resource, with its group where
// several groups have one of the name. Those with pods
// have the Secret.
const fixtureBodies = `
pods: {spec: {serviceAccountName: reader, containers: [{name: c, image: IMAGE, envFrom: [{secretRef: {name: x}}]}]}}
podtemplates: {template: POD}
replicationcontrollers: {spec: {replicas: 0, selector: {app: x}, template: POD}}
replicasets: {spec: {replicas: 0, selector: {matchLabels: {app: x}}, template: POD}}
deployments: {spec: {replicas: 0, selector: {matchLabels: {app: x}}, template: POD}}
statefulsets: {spec: {replicas: 0, serviceName: x, selector: {matchLabels: {app: x}}, template: POD}}
daemonsets: {spec: {selector: {matchLabels: {app: x}}, template: POD}}
jobs: {spec: {suspend: true, template: ONCE}}
cronjobs: {spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: ONCE}}}}
services: {spec: {ports: [{port: 80}]}}
endpoints: {subsets: []}
endpointslices: {addressType: IPv4, endpoints: []}
events: {involvedObject: {kind: Secret, name: x, namespace: OVER}, reason: Tried, type: Normal}
events.events.k8s.io: {regarding: {kind: Secret, name: x, namespace: OVER}, EVENT}
serviceaccounts: {secrets: [{name: x}], imagePullSecrets: [{name: x}]}
persistentvolumeclaims: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
limitranges: {spec: {limits: []}}
resourcequotas: {spec: {hard: {services.loadbalancers: "1"}}}
horizontalpodautoscalers: {spec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: x, apiVersion: apps/v1}}}
poddisruptionbudgets: {spec: {maxUnavailable: 1}}
leases: {spec: {holderIdentity: a}}
controllerrevisions: {revision: 1, data: {}}
persistentvolumes: {spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: x, path: /}}}
networkpolicies: {spec: {podSelector: {}}}
ingresses: {spec: {defaultBackend: {service: {name: x, port: {number: 80}}}}}
ingressclasses: {spec: {controller: example.org/x}}
priorityclasses: {value: 1}
roles: {rules: []}
clusterroles: {rules: []}
rolebindings: {roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: none}}
clusterrolebindings: {roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: none}}
flowschemas: {spec: {priorityLevelConfiguration: {name: exempt}, matchingPrecedence: 9999}}
prioritylevelconfigurations: {spec: {type: Limited, limited: {limitResponse: {type: Reject}}}}
certificatesigningrequests: {spec: {signerName: SIGNER, usages: [client auth], request: CSR}}
storageclasses: {provisioner: example.org/x}
csistoragecapacities: {storageClassName: x}
runtimeclasses: {handler: x}
tokenreviews: {spec: {token: none}}
selfsubjectaccessreviews: {spec: {resourceAttributes: {verb: get, resource: secrets, namespace: OVER}}}
subjectaccessreviews: {spec: {user: a, resourceAttributes: {verb: get, resource: secrets, namespace: OVER}}}
localsubjectaccessreviews: {spec: {user: a, resourceAttributes: {verb: get, resource: secrets, namespace: OVER}}}
selfsubjectrulesreviews: {spec: {namespace: OVER}}
externalsecrets: {spec: {target: {name: x}, secretStoreRef: {name: x}, data: [{secretKey: A, remoteRef: {key: x}}]}}
secretstores: {spec: {provider: {fake: {data: []}}}}
`

// bodyOf is an object of a resource, with an image where it has pods, or what is sent to a subresource.
func bodyOf(s served, name, over, image string) map[string]any {
	body := map[string]any{}
	if text := fixtureText(s.GroupResource()); text != "" && s.sub == "" {
		if err := yaml.Unmarshal([]byte(filledIn(text, over, image)), &body); err != nil {
			panic(fmt.Sprintf("the fixture %s: %v", s.Resource, err))
		}
	}
	body["apiVersion"], body["kind"] = s.apiVersion, s.kind
	metadata := map[string]any{}
	if !strings.HasSuffix(s.Resource, "reviews") { // which are answered, not stored
		metadata["name"] = name
	}
	if s.namespaced {
		metadata["namespace"] = over
	}
	body["metadata"] = metadata
	return body
}

// csr is a request for a certificate of the user x; its key is lost.
const csr = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIR01HNENBUUF3RERFS01BZ0dBMVVFQXd3QmVEQlpNQk1HQnlx" +
	"R1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCSFFoTkhuVTB0VjJ0YzRaRU9YSjE5ZGRoR1pQb21WMHJ5Nnc0VVpHQnFOc1hsWUlz" +
	"SnhSR3A0WGVHVDF0cE4zCllPL1NPNWdLNFpxWWlnZjdKMURmK0YyZ0FEQUtCZ2dxaGtqT1BRUURBZ05JQURCRkFpQWpHWWlSMitN" +
	"SXRjMzUKdGRTNEVhS3RjM0VtSnJkcEZxK2ZDV3A4d05rMElRSWhBSUNUVU5FRFAyTlVQbW1LcHRZU2xmeHBYNk1VbTIyeQozQ3Vq" +
	"dy9qaDVBbjEKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg=="

// fixtureText is the body of a resource in fixtureBodies; empty where there is none.
func fixtureText(resource schema.GroupResource) string {
	found := ""
	for line := range strings.Lines(strings.TrimSpace(fixtureBodies)) {
		switch of, text, _ := strings.Cut(line, ": "); of {
		case resource.String():
			return text
		case resource.Resource:
			found = text
		}
	}
	return found
}

func filledIn(text, over, image string) string {
	const pod = "{restartPolicy: Always, containers: [{name: c, image: IMAGE, envFrom: [{secretRef: {name: x}}]}]}"
	const event = "reason: Tried, type: Normal, action: Try, reportingController: e2e.cloison.dev/rights, " +
		`reportingInstance: a, eventTime: "2026-01-01T00:00:00.000000Z"`
	once := strings.Replace(pod, "Always", "Never", 1)
	template := func(spec string) string { return "{metadata: {labels: {app: x}}, spec: " + spec + "}" }
	text = strings.NewReplacer("ONCE", template(once), "POD", template(pod), "OVER", over, "EVENT", event, "CSR", csr,
		"SIGNER", "kubernetes.io/kube-apiserver-client").Replace(text)
	return strings.ReplaceAll(text, "IMAGE", image)
}
