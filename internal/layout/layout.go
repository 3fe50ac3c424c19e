// Package layout places the boxes of graphs and draws the lines between them, with Graphviz as WebAssembly. Only the
// program cloison-layout links it: Graphviz is compiled when a program starts that has it, which takes a second.
package layout

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/goccy/go-graphviz"
)

// plain is Graphviz's simple text format: a line for the graph, each node and each edge, in inches. It has what a drawing
// needs and nothing of what Graphviz would draw.
const plain graphviz.Format = "plain"

// Request is a graph to place.
type Request struct {
	// Engine is dot, which draws in layers, or sfdp, which draws large graphs by springs.
	Engine graphviz.Layout `json:"engine"`
	// Graph is in the language DOT.
	Graph string `json:"graph"`
}

// Run reads a JSON array of requests, and writes where Graphviz puts the nodes and edges of each, in the same order, as a
// JSON array of strings in its format "plain". The same requests give the same bytes.
func Run(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read the graphs: %w", err)
	}
	var requests []Request
	if err := json.Unmarshal(text, &requests); err != nil {
		return fmt.Errorf(`the graphs must be a JSON array such as [{"engine": "dot", "graph": "digraph {}"}]: %w`, err)
	}
	placed, err := All(context.Background(), requests)
	if err != nil {
		return err
	}
	answer, err := json.Marshal(placed)
	if err != nil {
		return err
	}
	_, err = out.Write(append(answer, '\n'))
	return err
}

// All places each graph.
func All(ctx context.Context, requests []Request) ([]string, error) {
	engine, err := graphviz.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("start Graphviz: %w", err)
	}
	defer func() { _ = engine.Close() }() // it repeats the last warning as an error
	placed := make([]string, 0, len(requests))
	for i, request := range requests {
		one, err := place(ctx, engine, request)
		if err != nil {
			return nil, fmt.Errorf("graph %d: %w", i+1, err)
		}
		placed = append(placed, one)
	}
	return placed, nil
}

func place(ctx context.Context, engine *graphviz.Graphviz, request Request) (string, error) {
	if request.Engine != graphviz.DOT && request.Engine != graphviz.SFDP {
		return "", fmt.Errorf("engine %q must be dot or sfdp", request.Engine)
	}
	graph, err := graphviz.ParseBytes([]byte(request.Graph))
	if err != nil {
		return "", err
	}
	defer func() { _ = graph.Close() }() // as above
	engine.SetLayout(request.Engine)
	var out bytes.Buffer
	if err := engine.Render(ctx, graph, plain, &out); err != nil {
		return "", err
	}
	return out.String(), nil
}
