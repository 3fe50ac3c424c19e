package finding

// Family N: which connections NetworkPolicies let through.
const (
	NamespaceNotIsolated Code = "CLS-N001"
	UndeclaredFlow       Code = "CLS-N002"
	FlowBlocked          Code = "CLS-N003"
	UndeclaredEgress     Code = "CLS-N004"
	MetadataReachable    Code = "CLS-N005"
	UndeclaredIngress    Code = "CLS-N006"
	AnyNamespace         Code = "CLS-N007"
	PodAddresses         Code = "CLS-N008"
	PolicySelectsNothing Code = "CLS-N009"
	PeerMatchesNothing   Code = "CLS-N010"
	ForgeableIdentity    Code = "CLS-N011"
	DNSBlocked           Code = "CLS-N012"
	DNSWithoutTCP        Code = "CLS-N013"
	DNSAnywhere          Code = "CLS-N014"
	HostNetwork          Code = "CLS-N015"
	NetworkUndecided     Code = "CLS-N016"
	InvalidPolicy        Code = "CLS-N017"
	UnknownNamedPort     Code = "CLS-N018"
	RulesWithoutEffect   Code = "CLS-N019"
	WiderThanDeclared    Code = "CLS-N020"
	RuleWithoutPeers     Code = "CLS-N021"
	IdlePort             Code = "CLS-N022"
	DoorShut             Code = "CLS-N023"
)

func networkRules() []Rule {
	return []Rule{
		{
			Code: NamespaceNotIsolated, Title: "Namespace not isolated",
			Cause: "Some pod that may run in the component's namespace is selected by no NetworkPolicy for a " +
				"direction, so everything is open for it in that direction. Every possible pod counts, those that " +
				"operators (CloudNativePG, ECK, Percona, Redis) create without a template in the input too: policies " +
				"that each select the pods of one workload do not isolate a namespace. The finding is at the policy " +
				"that nearly does it, otherwise at the Namespace.",
			Consequence: "Whoever breaks into such a pod reaches every address and every pod that does not shut " +
				"itself off, or is reached by them.",
			Fix: "Add a NetworkPolicy with `podSelector: {}`, both `policyTypes` and no rules.",
		},
		{
			Code: UndeclaredFlow, Title: "Undeclared flow between components",
			Cause: "The NetworkPolicies of both sides together let a pod of one component reach a pod of another, on " +
				"a port that no flow of the Segregation declares. Traffic inside the namespace with " +
				"`internalTraffic: Deny` counts too. Both pods may be any that could run in the namespaces.",
			Consequence: "The wall between the components has a door that nobody asked for.",
			Fix:         "Narrow the rule that the finding names, or declare the flow.",
		},
		{
			Code: FlowBlocked, Title: "Declared flow blocked",
			Cause: "A flow that the Segregation declares is not open on the side of the component that the finding " +
				"names: a policy is missing or too narrow. Where a rule has no effect because of a mistake of its " +
				"own (labels that match nothing, a direction left out, a misspelt namespace), the finding is at that " +
				"mistake.",
			Consequence: "The application cannot connect.",
			Fix:         "Restore or widen the policy that the finding names, or remove the flow.",
		},
		{
			Code: UndeclaredEgress, Title: "Undeclared way out",
			Cause: "Pods of the component can open connections to addresses outside the cluster, or to a namespace " +
				"outside the Segregation, that no flow declares. A warning where only port 53 of other pods of " +
				"`kube-system` than those of the DNS is open.",
			Consequence: "Stolen secrets have a way out.",
			Fix:         "Narrow the rule, or declare the flow.",
		},
		{
			Code: MetadataReachable, Title: "Metadata service reachable",
			Cause: "A rule opens the metadata service of the node (169.254.42.42, fd00:42::42) to pods of the " +
				"component. A warning where, without a Segregation, TCP 80, on which it listens, is not open. Where the " +
				"block has the addresses of pods too, as one of all addresses, this finding stands for CLS-N008 too.",
			Consequence: "The metadata service tells a pod what its node knows.",
			Fix:         "Take `169.254.0.0/16` and `fd00:42::42/128` out of the block with `except`.",
		},
		{
			Code: UndeclaredIngress, Title: "Undeclared way in",
			Cause: "Pods of the component can be reached from addresses outside the cluster, or from a namespace " +
				"outside the Segregation, that no flow declares.",
			Consequence: "An attacker has a way in.",
			Fix:         "Narrow the rule, or declare the flow.",
		},
		{
			Code: AnyNamespace, Title: "Peer matches every namespace",
			Cause: "A rule's namespace selector matches every namespace of the cluster, but for some that it may " +
				"leave out. `namespaceSelector: {}` means all pods of the cluster, never the internet. Warning: " +
				"without a Segregation the rule is limited to certain ports or to pods with certain labels, and no " +
				"component of the input is reached through it; an error otherwise.",
			Consequence: "Every component is a peer, and whoever may create a pod or a namespace becomes one.",
			Fix:         "Select one namespace by `kubernetes.io/metadata.name`; for the internet use `ipBlock`.",
		},
		{
			Code: PodAddresses, Title: "Block covers the pods' addresses",
			Cause: "Warning: an `ipBlock` covers addresses of pods (100.64.0.0/15 on Kapsule). Whether such a block " +
				"matches pods is up to the network plugin. With a Segregation it is not decided where the plugin is not " +
				"known, and an error where the Cluster says that it is Calico. An error where the other side's " +
				"policies let those pods in or out.",
			Consequence: "With some plugins components reach each other through the block.",
			Fix:         "Take `100.64.0.0/15` out with `except`; for pods use `namespaceSelector` and `podSelector`.",
		},
		{
			Code: PolicySelectsNothing, Title: "Policy selects no pod",
			Cause: "The pod selector of a NetworkPolicy matches no pod of its namespace, of which the input has " +
				"workloads. Usually a label was taken from the Deployment instead of its pod template, is misspelt, " +
				"or is one that controllers give other values: the Jobs of a CronJob have a number behind its name, " +
				"and so has their label `job-name`. Warning where such a mistake is likely, and where a Segregation " +
				"or a Cluster with `namespacesComplete` says that the input is whole; otherwise info, that it is " +
				"assumed that another part of what is deployed has the pods.",
			Consequence: "What the policy was meant to protect or open is not.",
			Fix:         "Select labels that the pod template has, `spec.template.metadata.labels`.",
		},
		{
			Code: PeerMatchesNothing, Title: "Peer matches nothing",
			Cause: "A peer of a rule can match no namespace, or no pod of the namespaces it matches. Usual mistakes: " +
				"`podSelector` without `namespaceSelector`, which means pods of the policy's own namespace; a label " +
				"such as `name` that the Namespace does not have; a namespace that a Cluster with `namespacesComplete` " +
				"does not have. Warning where a mistake is likely or the input is " +
				"whole, as for CLS-N009; otherwise info, that it is assumed that another part of what is deployed has " +
				"the pods.",
			Consequence: "The rule is dead: the connection it was meant for is not open.",
			Fix:         "Correct the labels; put `namespaceSelector` and `podSelector` into the same list item.",
		},
		{
			Code: ForgeableIdentity, Title: "Identity by a label that anyone may set",
			Cause: "A peer's namespace is recognised by other labels than `kubernetes.io/metadata.name`, which the " +
				"API server sets and nobody can forge. Warning without a Segregation; with one it is an error, as one " +
				"namespace is that no flow declares.",
			Consequence: "Whoever may label a namespace becomes the peer; and where nobody has set the label, the " +
				"rule is dead.",
			Fix: "Select by `kubernetes.io/metadata.name`.",
		},
		{
			Code: DNSBlocked, Title: "DNS blocked",
			Cause: "Pods of the component cannot reach the cluster's DNS (namespace `kube-system`, label `k8s-app: " +
				"kube-dns`, UDP port 53). Warning without a Segregation, where only pods count that a rule lets " +
				"connect to other pods, which they find by name, or that a rule for port 53 of `kube-system` is for. " +
				"Warning, too, where the rules ask for more labels of the DNS pods than they are known to have, as " +
				"kustomize's `labels` with `includeSelectors` makes them do.",
			Consequence: "No name is resolved: the application does not start.",
			Fix:         "Allow port 53, UDP and TCP, to the DNS pods.",
		},
		{
			Code: DNSWithoutTCP, Title: "DNS over UDP only",
			Cause:       "Warning: DNS is allowed over UDP, and not over TCP.",
			Consequence: "Answers that do not fit into one packet are lost: failures that come and go.",
			Fix:         "Allow port 53 over both protocols.",
		},
		{
			Code: DNSAnywhere, Title: "DNS to anywhere",
			Cause: "Port 53 is open to every address or to every pod, not to the cluster's DNS only. Warning " +
				"without a Segregation.",
			Consequence: "DNS is a favourite way to carry secrets out.",
			Fix:         "Allow port 53 to the DNS pods of `kube-system` only.",
		},
		{
			Code: HostNetwork, Title: "Pod on the host's network",
			Cause: "A pod of the component uses `hostNetwork: true`. NetworkPolicies do not hold it, and it reaches " +
				"what its node reaches. Warning without a Segregation.",
			Consequence: "The pod stands outside every wall.",
			Fix:         "Remove `hostNetwork`.",
		},
		{
			Code: NetworkUndecided, Title: "Network not decided",
			Cause: "Warning: something was not evaluated. The input has policies that only a network plugin " +
				"understands (CiliumNetworkPolicy, AdminNetworkPolicy, Calico's kinds and others), which may open or " +
				"close connections: of a CiliumNetworkPolicy only rules for the names of hosts are evaluated, where the " +
				"Cluster says Cilium; or pods are on a further network (Multus), where no NetworkPolicy holds them; " +
				"or a rule goes by the name of a port that no pod in the input has; or selectors " +
				"combine too many labels to try every pod.",
			Consequence: "What the other network findings say may not hold.",
			Fix: "Express the policies as NetworkPolicies with port numbers and few expressions, or accept them with " +
				"a reason.",
		},
		{
			Code: InvalidPolicy, Title: "Invalid NetworkPolicy",
			Cause: "The API server refuses the NetworkPolicy: a block that is no CIDR, an exception outside of its " +
				"block, `ipBlock` beside a selector, `endPort` without or below `port`, an unknown protocol, " +
				"operator or policy type.",
			Consequence: "The policy is not applied, and what it protects is open.",
			Fix:         "Correct the field that is named.",
		},
		{
			Code: UnknownNamedPort, Title: "Named port that no container has",
			Cause: "Warning: a rule opens a port by a name that no container of the pods that accept the connection " +
				"gives to a port of that protocol.",
			Consequence: "The rule is dead.",
			Fix:         "Name the port in the container, or write its number.",
		},
		{
			Code: RulesWithoutEffect, Title: "Rules without effect",
			Cause:       "Warning: a policy has rules for a direction that its `policyTypes` leave out.",
			Consequence: "The rules are ignored, and the direction is not restricted by this policy.",
			Fix:         "Add the direction to `policyTypes`.",
		},
		{
			Code: WiderThanDeclared, Title: "Rule wider than the declared flows",
			Cause: "Warning: a rule of one side opens more between two components than the Segregation declares; " +
				"only the policies of the other side keep it shut.",
			Consequence: "The wall is one policy thick instead of two: a mistake on the other side opens it.",
			Fix:         "Narrow the rule to the declared flows, or declare the flow.",
		},
		{
			Code: RuleWithoutPeers, Title: "Rule without peers",
			Cause: "A rule has no `from` or `to`, which means every pod of the cluster and every address. Warning: " +
				"without a Segregation the rule is limited to certain ports, and no component of the input is " +
				"reached through it.",
			Consequence: "The policy isolates nothing on these ports, from the metadata service to the pods of every " +
				"component.",
			Fix: "Name the peers. To allow nothing, remove the rule.",
		},
		{
			Code: IdlePort, Title: "Port on which no pod listens",
			Cause: "Warning: a rule opens the port of a Service that leads to another port of the pods; or it is for " +
				"workloads of the input, and opens no port that the containers of the pods declare, though they " +
				"declare others. NetworkPolicies judge the port of the pods, after the Service. That a port is named in probes, arguments, variables or annotations, or " +
				"that a Service leads to it, counts as declared.",
			Consequence: "The connection that the rule was meant for is shut.",
			Fix:         "Write the port on which the pods listen.",
		},
		{
			Code: DoorShut, Title: "Published, and nobody may come in",
			Cause: "Warning: an Ingress, a route (Gateway API, Traefik, Contour, OpenShift, Istio), a Service of type " +
				"LoadBalancer or NodePort, a webhook, an APIService or a monitor leads to pods of a component, and no " +
				"NetworkPolicy lets anybody in who may be the caller: an ingress controller or Prometheus comes from " +
				"another namespace, the API server and callers of a load balancer from addresses. Of namespaces that " +
				"the input does not have anything is believed.",
			Consequence: "Every request times out; a webhook with `failurePolicy: Fail` stops whatever it is for.",
			Fix:         "Declare the flow, or add the NetworkPolicy, that the finding names.",
		},
	}
}
