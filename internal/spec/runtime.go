package spec

// RuntimePod is how the pods of the sync runtimes run, the same for every component.
type RuntimePod struct {
	// Replicas of each runtime, from 1 to 10. One of them works; the others take over when it ends. Default: 1.
	Replicas *int `json:"replicas,omitempty"`
	// Resources of the container.
	Resources Resources `json:"resources,omitzero"`
	// ImagePullSecrets are the Secrets, in the component's namespace, that the image is pulled with. Left out, the
	// image needs none.
	ImagePullSecrets []PullSecret `json:"imagePullSecrets,omitempty"`
	// NodeSelector has the labels of the nodes that the pods may run on. Left out, it may be any node.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
	// Tolerations of taints of nodes, in their native form. Left out, the pods tolerate none.
	Tolerations []Toleration `json:"tolerations,omitempty"`
	// PriorityClassName of the pods. Left out, they have the default priority of the cluster.
	PriorityClassName string `json:"priorityClassName,omitempty"`
}

// Resources are requests and limits of a container, in their native form: cpu, memory and ephemeral-storage.
type Resources struct {
	// Requests by resource. Given, they take the place of the default as a whole: 20m of cpu and 32Mi of memory.
	Requests map[string]Quantity `json:"requests,omitempty"`
	// Limits by resource. Given, they take the place of the default as a whole: 500m of cpu and 128Mi of memory.
	Limits map[string]Quantity `json:"limits,omitempty"`
}

// PullSecret names a Secret with the credentials of an image registry, in its native form.
type PullSecret struct {
	// Name of the Secret. It is not one that is synced: the runtime cannot fetch what it needs to start.
	Name string `json:"name" jsonschema:"required"`
}

// Toleration lets a pod run on a node with a taint, in its native form.
type Toleration struct {
	// Key of the taint. Left out, with the operator Exists, it is every key.
	Key string `json:"key,omitempty"`
	// Operator is Exists or Equal. Default: Equal.
	Operator string `json:"operator,omitempty" jsonschema:"enum=Exists,enum=Equal"`
	// Value of the taint, for the operator Equal.
	Value string `json:"value,omitempty"`
	// Effect is NoSchedule, PreferNoSchedule or NoExecute. Left out, it is every effect.
	Effect string `json:"effect,omitempty" jsonschema:"enum=NoSchedule,enum=PreferNoSchedule,enum=NoExecute"`
	// TolerationSeconds is how long the pod stays, for the effect NoExecute. Left out, it stays.
	TolerationSeconds *int `json:"tolerationSeconds,omitempty"`
}
