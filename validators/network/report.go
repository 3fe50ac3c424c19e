package network

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
)

// reporter says what is wrong with the rules of one component.
type reporter struct {
	*world
	home     *space
	reported map[reportKey]bool
}

// ruleKey tells rules apart.
type ruleKey struct {
	policy *policy
	rule   string
}

// reportKey lets each rule have each code once, whatever the number of its peers.
type reportKey struct {
	ruleKey
	code finding.Code
}

func (r *reporter) once(o *opening, f finding.Finding) {
	key := reportKey{ruleKey{o.policy, o.rule}, f.Code}
	if !r.reported[key] {
		r.reported[key] = true
		f.Field = o.field
		r.report(o.Object, f)
	}
}

func (r *reporter) judge(o *opening, beyond []*excess) {
	switch {
	case o.everywhere || o.block == nil && o.where.any():
		r.judgeWide(o)
	case o.block != nil && r.planned:
		r.judgeExcessAddresses(o, beyond)
	case o.block != nil:
		r.judgeBlock(o)
	default:
		r.judgeExcess(beyond)
		if o.where.forgeable() && len(beyond) == 0 && !r.isSuspect(o) {
			r.forgeable(o)
		}
	}
}

// isSuspect says whether the opening is reported to have no effect.
func (w *world) isSuspect(o *opening) bool {
	for _, x := range w.space(o.Namespace).sides[o.direction].suspects {
		if x.policy == o.Object && x.Field == o.field {
			return true
		}
	}
	return false
}

// isSplit says whether a sibling of the opening is reported to lack the namespace that this one is for: one peer was written
// as two.
func (r *reporter) isSplit(o *opening, other *space) bool {
	return slices.ContainsFunc(r.home.sides[o.direction].suspects, func(x *suspect) bool {
		return x.opening != nil && x.opening.policy == o.policy && x.opening.rule == o.rule && x.meant == other.name
	})
}

func (r *reporter) forgeable(o *opening) {
	r.once(o, finding.Finding{
		Code: finding.ForgeableIdentity, Severity: finding.Warning,
		Message: fmt.Sprintf("the peer's namespace is told by labels that whoever may change a namespace can set (%s), must be told by %s", o.where.selector, nameLabel),
		Counterexample: fmt.Sprintf("any namespace that is given these labels becomes the peer: %s %s pods of %s on %s",
			"its pods", map[direction]string{ingress: "reach", egress: "are reached by"}[o.direction], place(o.Namespace), o.portText()),
		Fix: fmt.Sprintf("select the namespace by matchLabels: {%s: NAME}", nameLabel),
	})
}

func (o *opening) portText() string {
	text := ""
	if !o.ports.fixed.empty() {
		text = o.ports.fixed.String()
	}
	for _, p := range o.ports.named {
		if text != "" {
			text += ", "
		}
		text += "port " + p.name
	}
	return text
}

// judgeExcess says what an opening for certain namespaces lets through that nobody declared.
func (r *reporter) judgeExcess(beyond []*excess) {
	for _, e := range beyond {
		switch {
		case e.opening.misspelt: // what it opens nobody meant, and is told with the flow that was meant
		case e.other.component == nil:
			r.outsideNamespace(e)
		default:
			r.otherComponent(e)
		}
	}
}

func (r *reporter) outsideNamespace(e *excess) {
	o := e.opening
	f := finding.Finding{Code: finding.UndeclaredIngress, Severity: finding.Error, Fix: "remove or narrow the rule, or declare the flow"}
	way := "is reachable from"
	if o.direction == egress {
		f.Code, way = finding.UndeclaredEgress, "reaches"
		if e.other.name == dnsNamespace && o.ports.onlyDNS() {
			if r.home.dnsBlocked {
				return // the rule was meant for DNS, and it is reported that it misses it
			}
			f.Severity, f.Fix = finding.Warning, "select the DNS pods: podSelector with matchLabels {k8s-app: kube-dns}"
		}
	}
	v := e.verdict(o.direction, r.home, e.other)
	if !v.side(o.direction).Allowed {
		r.undecidedOpening(o)
		return
	}
	f.Message = fmt.Sprintf("component %s %s namespace %q on %s, which no flow declares", r.home.component.Name, way, e.other.name, e.ports())
	f.Counterexample = e.line(o.direction, r.home, e.other, v)
	r.once(o, f)
}

func (v Verdict) side(d direction) Side {
	if d == egress {
		return v.Egress
	}
	return v.Ingress
}

// otherComponent tells a rule that really opens a way to another component from one that only the other side's policies
// make harmless.
func (r *reporter) otherComponent(e *excess) {
	o := e.opening
	x, outcome := r.reaches(e.query, o.direction, r.home, e.other)
	if outcome == undecided {
		r.undecidedOpening(o)
		return
	}
	if outcome == nothing {
		if !r.tooNarrow[ruleKey{o.policy, o.rule}] && !r.isSplit(o, e.other) {
			r.halfOpen(e)
		}
		return
	}
	v := x.verdict(o.direction, r.home, e.other)
	if !v.Allowed {
		r.undecidedOpening(o)
		return
	}
	if o.direction == ingress && r.toldByEgress(e.other, v) {
		return
	}
	from, to := r.home, e.other
	if o.direction == ingress {
		from, to = to, from
	}
	message := fmt.Sprintf("component %s reaches component %s on %s, which no flow declares", from.component.Name, to.component.Name, e.portsAt(x.port))
	if from == to {
		message = fmt.Sprintf("pods of component %s reach each other on %s, which no flow declares (internalTraffic: Deny)", from.component.Name, e.portsAt(x.port))
	}
	r.once(o, finding.Finding{
		Code: finding.UndeclaredFlow, Severity: finding.Error, Message: message,
		Counterexample: x.line(o.direction, r.home, e.other, v),
		Fix:            "narrow or remove the rule, or declare the flow",
	})
}

// toldByEgress says whether the connection is reported at the rule that lets it out: that rule then has an excess of its
// own, unless it is for no one in particular.
func (r *reporter) toldByEgress(from *space, v Verdict) bool {
	if v.Egress.By == nil {
		return false
	}
	for _, o := range from.sides[egress].openings {
		if o.Namespace+"/"+o.Name == v.Egress.By.Policy && o.rule == v.Egress.By.Field && !o.isWide() {
			return true
		}
	}
	return false
}

func (r *reporter) halfOpen(e *excess) {
	o := e.opening
	v := e.verdict(o.direction, r.home, e.other)
	if !v.side(o.direction).Allowed {
		r.undecidedOpening(o)
		return
	}
	r.once(o, finding.Finding{
		Code: finding.WiderThanDeclared, Severity: finding.Warning,
		Message: fmt.Sprintf("the rule opens more than the declared flows with component %s, on %s; only the policies of the other side keep it shut",
			e.other.component.Name, e.ports()),
		Counterexample: e.line(o.direction, r.home, e.other, v),
		Fix:            "narrow the rule to the declared flows",
	})
}
