package finding

// Family Q: whether what is asked for fits.
const (
	QuotaExceeded     Code = "CLS-Q001"
	RequestMissing    Code = "CLS-Q002"
	OutsideLimitRange Code = "CLS-Q003"
	CountExceeded     Code = "CLS-Q004"
	QuotaMissing      Code = "CLS-Q005"
	LimitsMissing     Code = "CLS-Q006"
	LimitBelowRequest Code = "CLS-Q007"
	InvalidLimitRange Code = "CLS-Q008"
	QuotaUndecided    Code = "CLS-Q009"
	ScaleTarget       Code = "CLS-Q010"
	InvalidQuota      Code = "CLS-Q011"
	NeverFits         Code = "CLS-Q012"
)

func quotaRules() []Rule {
	return []Rule{
		{
			Code: QuotaExceeded, Title: "Quota too small",
			Cause: "What the workloads of the namespace take at once, with replicas or the autoscaler's maximum and " +
				"one run of each Job, is more than the ResourceQuota allows; or a rollout that may not remove a pod " +
				"first has no room to create one. A warning where only the surge of all rollouts together does not " +
				"fit.",
			Consequence: "Pods are refused, usually under load or during a rollout, and only events say why.",
			Fix: "Raise the quota, lower replicas or requests, or let rollouts remove " +
				"pods first (`maxUnavailable`).",
		},
		{
			Code: RequestMissing, Title: "Request or limit missing",
			Cause: "The ResourceQuota counts CPU or memory that a container, init containers included, neither sets " +
				"nor gets from a LimitRange.",
			Consequence: "The API server refuses every such pod.",
			Fix:         "Set it in the container, or a default in a LimitRange.",
		},
		{
			Code: OutsideLimitRange, Title: "Outside the LimitRange",
			Cause: "A container, pod or claim asks for less than the minimum, more than the maximum, or more than " +
				"the ratio that the LimitRange allows. Init containers count too.",
			Consequence: "The API server refuses the pod or claim.",
			Fix:         "Change the resources or the LimitRange.",
		},
		{
			Code: CountExceeded, Title: "Too many objects",
			Cause: "The namespace has more objects of a kind than the ResourceQuota allows, those included that " +
				"Kubernetes and operators create: `kube-root-ca.crt`, synced Secrets, claims of StatefulSets.",
			Consequence: "The API server refuses the last ones.",
			Fix:         "Raise the quota.",
		},
		{
			Code: QuotaMissing, Title: "Declared quota missing",
			Cause: "The Segregation declares a quota that no ResourceQuota of the namespace has for all its pods, or " +
				"that it has with another amount.",
			Consequence: "A component can take the resources of the others, or gets fewer than it was given.",
			Fix:         "Restore the generated ResourceQuota.",
		},
		{
			Code: LimitsMissing, Title: "Declared limits missing",
			Cause:       "The Segregation declares limits that no LimitRange of the namespace has as declared.",
			Consequence: "Containers run without limits, or are refused.",
			Fix:         "Restore the generated LimitRange.",
		},
		{
			Code: LimitBelowRequest, Title: "Limit below request",
			Cause: "A container's limit is below its request, also where one of both is the default of a LimitRange; " +
				"or the two differ for a resource that cannot be overcommitted, such as a GPU.",
			Consequence: "The API server refuses the pod.",
			Fix:         "Give the container both, the limit at least as large as the request.",
		},
		{
			Code: InvalidLimitRange, Title: "Invalid LimitRange",
			Cause: "The values of a LimitRange contradict each other: `min`, `defaultRequest`, `default` and `max` " +
				"must not decrease.",
			Consequence: "The API server refuses it.",
			Fix:         "Correct the values.",
		},
		{
			Code: QuotaUndecided, Title: "Not counted",
			Cause: "Info: pods whose number is not in the input (those of DaemonSets and operators), or objects that " +
				"Kubernetes creates by itself, were not counted although a ResourceQuota counts them.",
			Consequence: "The quota may be too small.",
			Fix:         "Leave room for them.",
		},
		{
			Code: ScaleTarget, Title: "Autoscaler without effect",
			Cause: "Warning: a HorizontalPodAutoscaler names a workload that is not in its namespace, or that " +
				"another one scales too. An error where its minimum is above its maximum. Info where, without a " +
				"Segregation, the workload may be in another folder or chart.",
			Consequence: "Nothing is scaled; an invalid one is refused.",
			Fix:         "Correct the name or the numbers.",
		},
		{
			Code: InvalidQuota, Title: "Invalid ResourceQuota",
			Cause: "A ResourceQuota counts a resource that does not exist, by an impossible amount, or with scopes " +
				"that do not go together.",
			Consequence: "The API server refuses it, so that nothing is limited.",
			Fix:         "Correct the name, the amount or the scopes.",
		},
		{
			Code: NeverFits, Title: "LimitRange that the quota never fits",
			Cause: "The least that a LimitRange allows a container, pod or claim is more than a ResourceQuota of the " +
				"namespace has in all. A warning where it is the default for containers that say nothing.",
			Consequence: "The API server refuses everything, or every such container.",
			Fix:         "Lower the value, or raise the quota.",
		},
	}
}
