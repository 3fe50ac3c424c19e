package capture

import (
	"context"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/parallel"
)

// counts has the numbers of secrets of projects, and the failures to count.
type counts struct {
	projects []inventory.Project
	problems []problem
}

// counting is one call: an API key, and a project in a region.
type counting struct {
	account SecretManager
	ref     inventory.FolderRef
}

// count counts the secrets of every project once with each API key that reads a folder of it. A refused key is a
// problem only where no other key could count.
func (c *caller) count(ctx context.Context, needs []*folderNeeds, accounts []SecretManager) counts {
	var questions []counting
	asked := map[counting]bool{}
	for i, need := range needs {
		question := counting{accounts[i], inventory.FolderRef{Region: need.ref.Region, ProjectID: need.ref.ProjectID}}
		if question.account != nil && !asked[question] {
			asked[question] = true
			questions = append(questions, question)
		}
	}
	numbers, refused := make([]int, len(questions)), make([]*problem, len(questions))
	var group parallel.Group
	for i, question := range questions {
		group.Go(func() {
			err := c.call(ctx, func() (err error) {
				numbers[i], err = question.account.SecretCount(ctx, question.ref.Region, question.ref.ProjectID)
				return err
			})
			if err != nil {
				p := c.problem(ctx, question.ref, "", err)
				refused[i] = &p
			}
		})
	}
	group.Wait()
	return summedUp(questions, numbers, refused)
}

// summedUp keeps the greatest number for each project.
func summedUp(questions []counting, numbers []int, refused []*problem) counts {
	projects := map[inventory.FolderRef]inventory.Project{}
	for i, question := range questions {
		if refused[i] == nil {
			number := max(numbers[i], projects[question.ref].Secrets)
			projects[question.ref] = inventory.Project{Region: question.ref.Region,
				ProjectID: question.ref.ProjectID, Secrets: number}
		}
	}
	var summary counts
	for i, question := range questions {
		if _, counted := projects[question.ref]; refused[i] != nil && !counted {
			summary.problems = append(summary.problems, *refused[i])
		}
	}
	summary.projects = slices.Collect(maps.Values(projects)) // sorted with the Inventory
	return summary
}
