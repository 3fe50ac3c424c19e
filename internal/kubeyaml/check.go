package kubeyaml

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Check refuses what readers of YAML take for different things, and what kubectl does not read.
func (d Dialect) Check(node *yaml.Node) error {
	c := checker{dialect: d}
	return c.check(node)
}

// checker checks one object. What aliases stand for is checked once, where it is written, and counted for each alias.
type checker struct {
	dialect Dialect
	sizes   map[*yaml.Node]size
	// written counts the nodes so far, aliased those that aliases stood for.
	written, aliased int
}

func (c *checker) check(node *yaml.Node) error {
	c.written++
	switch node.Kind {
	case yaml.MappingNode:
		if node.Style&yaml.TaggedStyle != 0 && node.Tag != yaml.NodeTagMap {
			return errTagged(node)
		}
		return c.mapping(node)
	case yaml.SequenceNode:
		if node.Style&yaml.TaggedStyle != 0 && node.Tag != yaml.NodeTagSeq {
			return errTagged(node)
		}
		for _, item := range node.Content {
			if err := c.check(item); err != nil {
				return err
			}
		}
	case yaml.AliasNode:
		if c.dialect == Kubectl { // hosts pass on what they do not read
			return c.alias(node)
		}
	case yaml.ScalarNode:
		if node.Style&yaml.TaggedStyle != 0 {
			_, err := c.dialect.tagged(node)
			return err
		}
		if node.Tag == yaml.NodeTagFloat && !isFinite(node) {
			return refuse(node, "infinity and not-a-number are no values of a manifest; put text in quotes")
		}
	}
	return nil
}

func errTagged(node *yaml.Node) error {
	return refuse(node,
		"a map or list has a YAML tag (!), of which readers make different things; write it without the tag")
}

func (c *checker) mapping(node *yaml.Node) error {
	allText := true
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		c.written++
		allText = allText && isPlain(key) && c.dialect.isText(key)
		if err := c.check(node.Content[i+1]); err != nil {
			return err
		}
	}
	if !allText {
		_, err := c.dialect.Fields(node)
		return err
	}
	return nil
}

// size is what a node stands for: its nodes, with those of its aliases, and how many aliases stand in one another.
type size struct{ nodes, depth int }

func (c *checker) alias(node *yaml.Node) error {
	s, err := c.size(node)
	if err != nil {
		return err
	}
	c.aliased += s.nodes
	// kubectl, go.yaml.in/yaml/v2, refuses more than 99 in 100 of at least 1,000.
	nearlyAll := c.aliased > 99*c.written && c.aliased+c.written > 1000
	if nearlyAll || c.aliased > maxAliasedNodes || s.depth > maxAliasDepth {
		return refuse(node, ErrAliasBomb.Error())
	}
	return nil
}

// size measures a node. An anchor is measured once; while it is, its size is unknown, and negative.
func (c *checker) size(node *yaml.Node) (size, error) {
	if node.Kind == yaml.AliasNode {
		s, measured := c.sizes[node.Alias]
		if s.nodes < 0 {
			return size{}, refuse(node, "a YAML alias (*) stands for what it is a part of")
		}
		if !measured {
			if c.sizes == nil {
				c.sizes = map[*yaml.Node]size{}
			}
			c.sizes[node.Alias] = size{nodes: -1}
			var err error
			if s, err = c.size(node.Alias); err != nil {
				return size{}, err
			}
			c.sizes[node.Alias] = s
		}
		return size{s.nodes + 1, s.depth + 1}, nil
	}
	all := size{nodes: 1}
	for _, content := range node.Content {
		s, err := c.size(content)
		if err != nil {
			return size{}, err
		}
		all.nodes, all.depth = min(all.nodes+s.nodes, 2*maxAliasedNodes), max(all.depth, s.depth)
	}
	return all, nil
}
