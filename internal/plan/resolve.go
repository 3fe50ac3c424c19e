package plan

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/spec"
)

// Resolve turns a Segregation that [spec.Load] has accepted for a cluster into a Plan. It fails only on a Segregation
// that was not validated.
func Resolve(seg *spec.Segregation, in cluster.Cluster) (*Plan, error) {
	sync, err := resolveSync(seg)
	if err != nil {
		return nil, err
	}
	p := &Plan{
		Segregation: seg.Metadata.Name, Sync: sync,
		Paths: seg.Spec.Validation.Paths, Revisions: seg.Spec.Validation.Revisions,
		RefusesUndecided: seg.Spec.Validation.Undecided == spec.UndecidedRefuse, Accept: seg.Spec.Accept,
		Generated: seg.Spec.Generated,
	}
	for _, name := range slices.Sorted(maps.Keys(seg.Spec.Components)) {
		c, err := resolveComponent(seg, name, seg.Spec.Components[name])
		if err != nil {
			return nil, fmt.Errorf("component %q: %w", name, err)
		}
		p.Components = append(p.Components, c)
	}
	if err := p.resolveFlows(seg, in); err != nil {
		return nil, err
	}
	return p, nil
}

func resolveSync(seg *spec.Segregation) (Sync, error) {
	s := seg.Spec.Sync
	sync := Sync{Engine: s.Engine, Pin: s.Pin, APIURL: seg.Spec.Scaleway.APIURL}
	if s.Engine != spec.EngineCloison {
		return sync, nil
	}
	interval, err := s.PollInterval.Parse()
	if err != nil {
		return sync, fmt.Errorf("poll interval: %w", err)
	}
	sync.PollInterval, sync.Restart, sync.Image, sync.MetricsFrom = interval, s.Restart, s.Image, s.MetricsFrom
	sync.Pod, err = resolvePod(&s.Pod)
	return sync, err
}

func resolveComponent(seg *spec.Segregation, name string, c *spec.Component) (Component, error) {
	resolved := Component{
		Name:            name,
		Namespace:       c.Namespace,
		Labels:          c.Labels,
		Annotations:     c.Annotations,
		PodSecurity:     c.PodSecurity,
		InternalTraffic: c.InternalTraffic == spec.InternalAllow,
		Protect:         c.Protect != nil && *c.Protect || c.Protect == nil && c.HasStorage(),
		ProtectDeclared: c.Protect != nil,
		Access:          resolveAccess(c.Access),
	}
	var err error
	if resolved.Groups, err = resolveGroups(seg, name, c); err != nil {
		return resolved, err
	}
	if resolved.Quota, err = resourceList(c.Quota); err != nil {
		return resolved, fmt.Errorf("quota: %w", err)
	}
	resolved.Limits, err = resolveLimits(c.Limits)
	return resolved, err
}

// resolveAccess joins the subjects of each role.
func resolveAccess(access []spec.Access) []Access {
	var resolved []Access
	roles := []spec.Role{spec.RoleViewer, spec.RoleDeveloper, spec.RoleSecretsAdmin}
	for _, a := range access {
		if !slices.Contains(roles, a.Role) {
			roles = append(roles, a.Role)
		}
	}
	slices.Sort(roles[3:])
	for _, role := range roles {
		var subjects []rbacv1.Subject
		for _, a := range access {
			if a.Role == role {
				subjects = append(subjects, resolveSubjects(a.Subjects)...)
			}
		}
		if len(subjects) > 0 {
			slices.SortFunc(subjects, compareSubjects)
			resolved = append(resolved, Access{Role: role, Subjects: slices.Compact(subjects)})
		}
	}
	return resolved
}

func resolveSubjects(subjects []spec.Subject) []rbacv1.Subject {
	resolved := make([]rbacv1.Subject, len(subjects))
	for i, s := range subjects {
		resolved[i] = rbacv1.Subject{Kind: s.Kind, APIGroup: s.APIGroup, Name: s.Name, Namespace: s.Namespace}
	}
	return resolved
}

func resourceList(quantities map[string]spec.Quantity) (corev1.ResourceList, error) {
	if len(quantities) == 0 {
		return nil, nil
	}
	resources := corev1.ResourceList{}
	for name, quantity := range quantities {
		amount, err := quantity.Parse()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		resources[corev1.ResourceName(name)] = amount
	}
	return resources, nil
}

func resolveLimits(items []spec.LimitItem) ([]corev1.LimitRangeItem, error) {
	var resolved []corev1.LimitRangeItem
	for _, item := range items {
		limit := corev1.LimitRangeItem{Type: corev1.LimitType(item.Type)}
		for _, part := range []struct {
			from map[string]spec.Quantity
			to   *corev1.ResourceList
		}{
			{item.Max, &limit.Max}, {item.Min, &limit.Min}, {item.Default, &limit.Default},
			{item.DefaultRequest, &limit.DefaultRequest}, {item.MaxLimitRequestRatio, &limit.MaxLimitRequestRatio},
		} {
			var err error
			if *part.to, err = resourceList(part.from); err != nil {
				return nil, fmt.Errorf("limits of %s: %w", item.Type, err)
			}
		}
		resolved = append(resolved, limit)
	}
	return resolved, nil
}

// resolveFlows writes every flow on its component and every flow between components on both.
func (p *Plan) resolveFlows(seg *spec.Segregation, in cluster.Cluster) error {
	peers := peers{cluster: in, byName: map[string]*Component{}}
	for i := range p.Components {
		peers.byName[p.Components[i].Name] = &p.Components[i]
	}
	for i := range p.Components {
		c := &p.Components[i]
		declared := seg.Spec.Components[c.Name]
		for _, flow := range declared.Egress {
			resolved, err := peers.flow(flow.To, flow.Pods, flow.Ports)
			if err != nil {
				return fmt.Errorf("component %q: egress: %w", c.Name, err)
			}
			c.Egress = append(c.Egress, resolved)
			if peer := peers.byName[resolved.Peer.Component]; peer != nil {
				peer.Ingress = append(peer.Ingress, resolved.seenFromPeer(c))
			}
		}
		for _, flow := range declared.Ingress {
			resolved, err := peers.flow(flow.From, flow.Pods, flow.Ports)
			if err != nil {
				return fmt.Errorf("component %q: ingress: %w", c.Name, err)
			}
			c.Ingress = append(c.Ingress, resolved)
			if peer := peers.byName[resolved.Peer.Component]; peer != nil {
				peer.Egress = append(peer.Egress, resolved.seenFromPeer(c))
			}
		}
	}
	return nil
}

// seenFromPeer is the same flow from the other side, where c is the peer.
func (f Flow) seenFromPeer(c *Component) Flow {
	return Flow{
		Peer:     Peer{Kind: PeerComponent, Component: c.Name, Namespace: c.Namespace},
		Pods:     f.PeerPods,
		PeerPods: f.Pods,
		Ports:    f.Ports,
	}
}

// peers resolves the peers of flows.
type peers struct {
	cluster cluster.Cluster
	byName  map[string]*Component
}

func (r peers) flow(peer spec.Peer, pods map[string]string, ports []spec.Port) (Flow, error) {
	flow := Flow{Pods: selected(pods), PeerPods: selected(peer.Pods)}
	for _, port := range ports {
		parsed, err := port.Parse()
		if err != nil {
			return flow, err
		}
		flow.Ports = append(flow.Ports, parsed)
	}
	slices.SortFunc(flow.Ports, comparePorts)
	var err error
	flow.Peer, err = r.peer(peer)
	return flow, err
}

// selected is nil, every pod, where there are no labels.
func selected(labels map[string]string) map[string]string {
	if len(labels) == 0 {
		return nil
	}
	return labels
}

func (r peers) peer(peer spec.Peer) (Peer, error) {
	switch {
	case peer.Component != "":
		c := r.byName[peer.Component]
		if c == nil {
			return Peer{}, fmt.Errorf("unknown component %q", peer.Component)
		}
		return Peer{Kind: PeerComponent, Component: c.Name, Namespace: c.Namespace}, nil
	case peer.Namespace != "":
		return Peer{Kind: PeerNamespace, Namespace: peer.Namespace}, nil
	case peer.Monitoring:
		return Peer{Kind: PeerNamespace, Namespace: r.cluster.Monitoring}, nil
	case peer.Internet:
		return Peer{Kind: PeerInternet}, nil
	case len(peer.FQDNs) > 0:
		return Peer{Kind: PeerFQDNs, FQDNs: slices.Sorted(slices.Values(peer.FQDNs))}, nil
	case peer.KubernetesAPI:
		return Peer{Kind: PeerKubernetesAPI}, nil
	}
	prefix, err := netip.ParsePrefix(peer.CIDR)
	return Peer{Kind: PeerCIDR, CIDR: prefix}, err
}
