package coverage

// harmless are the kinds that neither run pods of somebody's choice, nor move Secrets, nor give rights, nor open the
// network, wherever they stand. A Secret that an object of theirs names is judged all the same.
func harmless() []entry {
	const (
		kubernetesAPI = "https://kubernetes.io/docs/reference/kubernetes-api/"
		prometheus    = "https://prometheus-operator.dev/docs/api-reference/api/"
		certManager   = "https://cert-manager.io/docs/reference/api-docs/"
		gateways      = "https://gateway-api.sigs.k8s.io/reference/spec/"
		traefik       = "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/"
		istio         = "https://istio.io/latest/docs/reference/config/"
		own           = "its operator makes pods and Secrets for it in its own namespace, by its own code"
	)
	return []entry{
		{"", "Endpoints Event", "addresses and notes; NetworkPolicies judge pods, not addresses of Services", kubernetesAPI},
		{"discovery.k8s.io", "EndpointSlice", "addresses; NetworkPolicies judge pods, not addresses of Services", kubernetesAPI},
		{"events.k8s.io", "Event", "notes", kubernetesAPI},
		{"policy", "PodDisruptionBudget", "limits how many pods are stopped at a time", kubernetesAPI},
		{"scheduling.k8s.io", "PriorityClass", "orders pods", kubernetesAPI},
		{"networking.k8s.io", "IngressClass", "names a controller", kubernetesAPI},
		{"networking.k8s.io", "IPAddress ServiceCIDR", "addresses of Services", kubernetesAPI},
		{"coordination.k8s.io", "Lease", "says who leads", kubernetesAPI},
		{"flowcontrol.apiserver.k8s.io", "*", "orders requests to the API server", kubernetesAPI},
		{"storage.k8s.io", "CSIDriver VolumeAttributesClass CSIStorageCapacity", "describes a driver", kubernetesAPI},
		{"snapshot.storage.k8s.io", "VolumeSnapshotClass VolumeSnapshot", "copies a volume within its namespace",
			"https://kubernetes.io/docs/concepts/storage/volume-snapshots/"},
		{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
			"refuses requests, and sends them nowhere", kubernetesAPI},
		{"autoscaling.k8s.io", "VerticalPodAutoscaler VerticalPodAutoscalerCheckpoint", "sets requests and limits of pods",
			"https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler"},
		{"metrics.k8s.io", "*", "numbers", kubernetesAPI},

		{"monitoring.coreos.com", "ServiceMonitor PodMonitor Probe PrometheusRule ScrapeConfig AlertmanagerConfig",
			"says what is scraped and what raises an alert", prometheus},
		{"monitoring.coreos.com", "Prometheus PrometheusAgent Alertmanager ThanosRuler", own, prometheus},
		{"operator.victoriametrics.com", "VMServiceScrape VMPodScrape VMRule VMProbe VMNodeScrape VMStaticScrape VMScrapeConfig " +
			"VMAlertmanagerConfig", "says what is scraped and what raises an alert",
			"https://docs.victoriametrics.com/operator/resources/"},
		{"operator.victoriametrics.com", "*", own, "https://docs.victoriametrics.com/operator/resources/"},
		{"grafana.integreatly.org", "*", "dashboards, data sources and alerts of a Grafana; " + own,
			"https://grafana.github.io/grafana-operator/docs/api/"},
		{"loki.grafana.com", "*", own, "https://loki-operator.dev/docs/api.md/"},
		{"opentelemetry.io", "Instrumentation", "adds libraries of an image to pods of its namespace",
			"https://opentelemetry.io/docs/platforms/kubernetes/operator/"},

		{"cert-manager.io", "Certificate CertificateRequest Issuer ClusterIssuer", "a certificate for a Secret of its own namespace",
			certManager},
		{"acme.cert-manager.io", "*", "a certificate on its way", certManager},
		{"trust.cert-manager.io", "Bundle", "copies certificates, which are public, into every namespace",
			"https://cert-manager.io/docs/trust/trust-manager/"},

		{"gateway.networking.k8s.io", "GatewayClass Gateway HTTPRoute GRPCRoute TLSRoute TCPRoute UDPRoute ReferenceGrant " +
			"BackendTLSPolicy ListenerSet", "routes from outside; what it names in other namespaces is judged", gateways},
		{"gateway.networking.x-k8s.io", "*", "routes from outside; what it names in other namespaces is judged", gateways},
		{"traefik.io", "*", "routes from outside; what it names in other namespaces is judged", traefik},
		{"traefik.containo.us", "*", "routes from outside; what it names in other namespaces is judged", traefik},
		{"externaldns.k8s.io", "DNSEndpoint", "a DNS name", "https://kubernetes-sigs.github.io/external-dns/"},
		{"networking.istio.io", "VirtualService DestinationRule ServiceEntry Gateway Sidecar WorkloadEntry",
			"routes between Services; NetworkPolicies hold all the same", istio},
		{"security.istio.io", "AuthorizationPolicy PeerAuthentication RequestAuthentication",
			"refuses requests; NetworkPolicies hold all the same", istio},
		{"telemetry.istio.io", "*", "metrics and logs of proxies", istio},
		{"metallb.io", "*", "addresses for Services", "https://metallb.io/apis/"},
		{"projectcontour.io", "HTTPProxy TLSCertificateDelegation", "routes from outside; what it names in other namespaces is judged",
			"https://projectcontour.io/docs/main/config/api/"},

		{"source.toolkit.fluxcd.io", "*", "names where sources are", "https://fluxcd.io/flux/components/source/"},
		{"image.toolkit.fluxcd.io", "*", "follows tags of images", "https://fluxcd.io/flux/components/image/"},
		{"notification.toolkit.fluxcd.io", "*", "messages on what Flux does", "https://fluxcd.io/flux/components/notification/"},
		{"argoproj.io", "AppProject", "limits what Applications may do", "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/"},
		{"argoproj.io", "Rollout AnalysisTemplate ClusterAnalysisTemplate AnalysisRun Experiment",
			"its pods are judged as those of a Deployment", "https://argo-rollouts.readthedocs.io/en/stable/features/specification/"},
		{"argoproj.io", "Workflow CronWorkflow WorkflowTemplate ClusterWorkflowTemplate",
			"its pods run in its own namespace and are judged", "https://argo-workflows.readthedocs.io/en/latest/fields/"},
		{"tekton.dev", "Task Pipeline TaskRun PipelineRun ClusterTask", "its pods run in its own namespace and are judged",
			"https://tekton.dev/docs/pipelines/"},
		{"keda.sh", "ScaledObject ScaledJob TriggerAuthentication", "scales, or runs jobs that are judged, in its own namespace",
			"https://keda.sh/docs/latest/reference/scaledobject-spec/"},
		{"serving.knative.dev", "Service Configuration Revision Route", "its pods are judged as those of a Deployment",
			"https://knative.dev/docs/serving/reference/serving-api/"},

		{"postgresql.cnpg.io", "*", own, "https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/"},
		{"psmdb.percona.com", "*", own, "https://docs.percona.com/percona-operators/"},
		{"pxc.percona.com", "*", own, "https://docs.percona.com/percona-operators/"},
		{"ps.percona.com", "*", own, "https://docs.percona.com/percona-operators/"},
		{"pgv2.percona.com", "*", own, "https://docs.percona.com/percona-operators/"},
		{"redis.redis.opstreelabs.in", "*", own, "https://redis-operator.opstree.dev/docs/"},
		{"databases.spotahome.com", "*", own, "https://github.com/spotahome/redis-operator"},
		{"mongodbcommunity.mongodb.com", "*", own, "https://github.com/mongodb/mongodb-kubernetes"},
		{"kafka.strimzi.io", "*", own, "https://strimzi.io/docs/operators/latest/configuring"},
		{"rabbitmq.com", "*", own + "; what it names in other namespaces is judged",
			"https://www.rabbitmq.com/kubernetes/operator/operator-overview"},
		{"acid.zalan.do", "*", own, "https://postgres-operator.readthedocs.io/"},
		{"minio.min.io", "*", own, "https://docs.min.io/"},
		{"opensearch.opster.io", "*", own, "https://docs.opensearch.org/latest/install-and-configure/install-opensearch/operator/"},
		{"clickhouse.altinity.com", "*", own, "https://github.com/Altinity/clickhouse-operator"},
		{".k8s.elastic.co", "*", own + "; what it names in other namespaces is judged",
			"https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s"},
		{"dragonflydb.io", "*", own, "https://www.dragonflydb.io/docs/managing-dragonfly/operator"},
		{"bitnami.com", "SealedSecret", "a Secret of its own namespace; what it opens to others is judged",
			"https://github.com/bitnami-labs/sealed-secrets"},
	}
}

// storeReaders are the kinds that make a Secret of their own namespace of what a store outside of the cluster holds. In
// the manifests of one component that is harmless. Among several it is not known which of them may read what.
func storeReaders() []entry {
	const reads = "a Secret of its own namespace, from a store whose rights are not in the input"
	return []entry{
		{"secrets.hashicorp.com", "*", reads, "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference"},
		{"onepassword.com", "*", reads, "https://developer.1password.com/docs/k8s/operator/"},
		{"secrets.infisical.com", "*", reads, "https://infisical.com/docs/integrations/platforms/kubernetes/overview"},
		{"secrets.doppler.com", "*", reads, "https://docs.doppler.com/docs/kubernetes-operator"},
		{"k8s.bitwarden.com", "*", reads, "https://bitwarden.com/help/secrets-manager-kubernetes-operator/"},
		{"spv.no", "*", reads, "https://akv2k8s.io/"},
		{"ricoberger.de", "VaultSecret", reads, "https://github.com/ricoberger/vault-secrets-operator"},
		{"redhatcop.redhat.io", "VaultSecret", reads, "https://github.com/redhat-cop/vault-config-operator"},
		{"kubernetes-client.io", "ExternalSecret", reads, "https://github.com/external-secrets/kubernetes-external-secrets"},
		{"isindir.github.com", "SopsSecret", "a Secret of its own namespace, encrypted in the manifest",
			"https://github.com/isindir/sops-secrets-operator"},
	}
}
