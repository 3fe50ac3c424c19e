package network

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// ruleCheck decides what the rules of components open.
type ruleCheck struct {
	*facts
	verdict.Result
	// open are, by direction, the components with a rule that opens more than is declared: only those can be reached by
	// an undeclared rule of another component.
	open [2][]*model.Namespace
}

// checkRules decides for every rule and peer of every component whether it opens more than is declared or, without a
// Segregation, than anybody can mean.
func checkRules(f *facts) verdict.Result {
	c := &ruleCheck{facts: f}
	count := 0
	for _, n := range f.Components {
		count += len(n.Sides[policy.Egress].Rules) + len(n.Sides[policy.Ingress].Rules)
	}
	found := make(map[*model.PeerRule][]*undeclared, count)
	c.Decided = make([]verdict.Subject, 0, count)
	for _, n := range f.Components {
		var isOpen [2]bool
		for _, r := range n.Rules() {
			all, isDecided := f.undeclaredOf(r, n)
			found[r] = all
			if !isDecided {
				c.undecided(r)
			} else {
				c.Decide(ofPeer(r, ""))
			}
			for _, u := range all {
				isOpen[r.Direction] = isOpen[r.Direction] || u.other != nil
			}
		}
		for d := range c.open {
			if isOpen[d] || n.Sides[d].HasBroad() {
				c.open[d] = append(c.open[d], n)
			}
		}
	}
	for _, n := range f.Components {
		for _, r := range n.Rules() {
			c.checkRule(r, n, found[r])
		}
	}
	return c.Result
}

func (c *ruleCheck) checkRule(r *model.PeerRule, home *model.Namespace, found []*undeclared) {
	switch {
	case r.IsBroad():
		c.broad(r, home)
	case r.Block != nil && c.Planned:
		for _, u := range found {
			c.undeclaredAddresses(u)
		}
	case r.Block != nil:
		c.block(r, home)
	default:
		for _, u := range found {
			if u.other.Component == nil {
				c.outsideNamespace(u)
			} else {
				c.otherComponent(u)
			}
		}
		if r.In.IsForgeable() && (c.Planned || len(found) == 0) {
			c.forgeable(r)
		}
	}
}

// add adds a finding at the peer of a rule, once for each rule and code. It is dropped where another finding explains
// one of the subjects.
func (c *ruleCheck) add(r *model.PeerRule, f finding.Finding, about ...verdict.Subject) {
	precedence := precedenceOfEgress
	if r.Direction == policy.Ingress {
		precedence = precedenceOfIngress
	}
	c.addAt(precedence, r, f, about...)
}

// addAt is [ruleCheck.add] with a precedence.
func (c *ruleCheck) addAt(precedence int, r *model.PeerRule, f finding.Finding, about ...verdict.Subject) {
	f.Field = r.Field
	once := ofRule(r, string(f.Code))
	c.Add(verdict.Candidate{
		Finding: r.About(f), Precedence: precedence, Unless: append(about, once), Explains: []verdict.Subject{once},
	})
}

// undecided reports that a search about a rule was given up.
func (c *ruleCheck) undecided(r *model.PeerRule, about ...verdict.Subject) {
	once := ofPeer(r, "not decided")
	c.Add(verdict.Candidate{
		Finding: r.About(finding.Finding{
			Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true, Field: r.Field,
			Message: "not decided whether the rule opens more than the declared flows: " +
				"its selectors combine too many labels",
			Fix: "write the policies with fewer matchExpressions",
		}),
		Precedence: precedenceOfEgress, Unless: append(about, once), Explains: []verdict.Subject{once},
	})
}

// forgeable reports a peer whose namespace is selected by labels that anyone may set, unless the peer matches nothing,
// or a connection that it opens is an error, which is reported as such. With a Segregation it is no less than one
// namespace that no flow declares.
func (c *ruleCheck) forgeable(r *model.PeerRule) {
	way := [...]string{"are reached by", "reach"}[r.Direction]
	about := []verdict.Subject{ofPeer(r, "")}
	severity := finding.Warning
	if c.Planned {
		severity = finding.Error
		about = append(about, ofRule(r, string(finding.UndeclaredFlow)),
			ofRule(r, string(finding.UndeclaredEgress)), ofRule(r, string(finding.UndeclaredIngress)))
	}
	c.addAt(precedenceOfForgeable, r, finding.Finding{
		Code: finding.ForgeableIdentity, Severity: severity,
		Message: fmt.Sprintf(
			"the peer's namespace is told by labels that whoever may change a namespace can set (%s), "+
				"must be told by %s",
			r.In.Selector, wellknown.NamespaceNameLabel,
		),
		Counterexample: fmt.Sprintf(
			"any namespace that is given these labels becomes the peer: its pods %s pods of %s on %s",
			way, namespaceText(r.Namespace), r.Ports,
		),
		Fix: selectByName("the namespace"),
	}, about...)
}

// undeclaredWay is the finding for a connection between a component and something outside of all components.
func undeclaredWay(u *undeclared, what string) finding.Finding {
	f := finding.Finding{Code: finding.UndeclaredIngress, Severity: finding.Error}
	way := "is reachable from"
	if u.rule.Direction == policy.Egress {
		f.Code, way = finding.UndeclaredEgress, "reaches"
	}
	f.Message = fmt.Sprintf(
		"component %s %s %s on %s, which no flow declares", u.home.Component.Name, way, what, u.ports(),
	)
	return f
}

// outsideNamespace reports a way to a namespace that is no component. One to the namespace of the DNS that was meant
// for DNS is reported as that, where it misses the DNS pods.
func (c *ruleCheck) outsideNamespace(u *undeclared) {
	f := undeclaredWay(u, fmt.Sprintf("namespace %q", u.other.Name))
	f.Fix = narrower(u.home, u.rule, "remove or narrow the rule, or declare the flow")
	about := []verdict.Subject{ofPeer(u.rule, misspelt)}
	dns := c.Cluster.DNS
	if u.rule.Direction == policy.Egress && u.other.Name == dns.Namespace && model.IsDNSOnly(u.rule.Ports) {
		f.Severity = finding.Warning
		f.Fix = fmt.Sprintf("select the DNS pods: podSelector with matchLabels {%s}", yamlLabels(dns.Pods))
		about = append(about, dnsOf(u.home))
	}
	v := u.evaluate()
	if !v.Side(u.rule.Direction).Allowed {
		c.undecided(u.rule, about...)
		return
	}
	f.Counterexample = u.allowed(v)
	c.add(u.rule, f, about...)
}

// otherComponent reports a rule that opens a way to another component, or that only the other side's policies keep from
// it.
func (c *ruleCheck) otherComponent(u *undeclared) {
	d := u.rule.Direction
	w, answer := c.reaches(u.query, d, u.home, u.other)
	switch {
	case answer == no && u.rule.In.IsForgeable():
		return // any namespace may become the peer, which says more
	case answer == no:
		c.widerThanDeclared(u)
		return
	}
	about := []verdict.Subject{ofPeer(u.rule, misspelt)}
	v := model.Evaluate(d, w, u.home, u.other)
	if answer == unknown || !v.Allowed {
		c.undecided(u.rule, about...)
		return
	}
	from, to := u.home, u.other
	if d == policy.Ingress {
		from, to = to, from
		about = append(about, undeclaredFlowOf(from, v.Egress)...)
	}
	message := fmt.Sprintf("component %s reaches component %s on %s, which no flow declares",
		from.Component.Name, to.Component.Name, u.portsAt(w.Port))
	if from == to {
		message = fmt.Sprintf(
			"pods of component %s reach each other on %s, which no flow declares (internalTraffic: Deny)",
			from.Component.Name, u.portsAt(w.Port),
		)
	}
	c.add(u.rule, finding.Finding{
		Code: finding.UndeclaredFlow, Severity: finding.Error, Message: message,
		Counterexample: allowedText(w, d, u.home, u.other, v),
		Fix:            narrower(u.home, u.rule, "narrow or remove the rule, or declare the flow"),
	}, about...)
}

// undeclaredFlowOf are the subjects of the egress rules of an undeclared flow, which is reported there and not a second
// time at the ingress rule.
func undeclaredFlowOf(from *model.Namespace, egress policy.Side) []verdict.Subject {
	if egress.By == nil {
		return nil
	}
	for _, r := range from.Sides[policy.Egress].Rules {
		if r.IsNamed(*egress.By) {
			return []verdict.Subject{ofRule(r, string(finding.UndeclaredFlow))}
		}
	}
	return nil
}

// widerThanDeclared reports a rule that the other side's policies make harmless. One that is too narrow, or that was
// meant for pods of that namespace and is reported not to match them, is the same mistake.
func (c *ruleCheck) widerThanDeclared(u *undeclared) {
	about := []verdict.Subject{
		ofPeer(u.rule, misspelt), ofRule(u.rule, tooNarrow), ofRule(u.rule, meantFor(u.other.Name)),
	}
	v := u.evaluate()
	if !v.Side(u.rule.Direction).Allowed {
		c.undecided(u.rule, about...)
		return
	}
	c.add(u.rule, finding.Finding{
		Code: finding.WiderThanDeclared, Severity: finding.Warning,
		Message: fmt.Sprintf("the rule opens more than the declared flows with component %s, on %s; "+
			"only the policies of the other side keep it shut", u.other.Component.Name, u.ports()),
		Counterexample: u.allowed(v),
		Fix:            narrower(u.home, u.rule, "narrow the rule to the declared flows"),
	}, about...)
}
