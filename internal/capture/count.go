package capture

import (
	"context"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/parallel"
)

// counts says how full the projects are, and of which that could not be known.
type counts struct {
	projects []inventory.Project
	problems []problem
}

// counting is one question: an API key, and a project in a region.
type counting struct {
	account Scaleway
	place   inventory.Place
}

// count counts the secrets of every project once with each API key that reads a folder of it. One answer is enough:
// keys that are refused make a problem only where no other one counted.
func (c *caller) count(ctx context.Context, needs []*folderNeeds, accounts []Scaleway) counts {
	var questions []counting
	asked := map[counting]bool{}
	for i, need := range needs {
		question := counting{accounts[i], inventory.Place{Region: need.place.Region, ProjectID: need.place.ProjectID}}
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
				numbers[i], err = question.account.SecretCount(ctx, question.place.Region, question.place.ProjectID)
				return err
			})
			if err != nil {
				p := c.problem(ctx, question.place, "", err)
				refused[i] = &p
			}
		})
	}
	group.Wait()
	return summedUp(questions, numbers, refused)
}

// summedUp has the greatest number for each project.
func summedUp(questions []counting, numbers []int, refused []*problem) counts {
	projects := map[inventory.Place]inventory.Project{}
	for i, question := range questions {
		if refused[i] == nil {
			number := max(numbers[i], projects[question.place].Secrets)
			projects[question.place] = inventory.Project{Region: question.place.Region,
				ProjectID: question.place.ProjectID, Secrets: number}
		}
	}
	var summary counts
	for i, question := range questions {
		if _, counted := projects[question.place]; refused[i] != nil && !counted {
			summary.problems = append(summary.problems, *refused[i])
		}
	}
	summary.projects = slices.Collect(maps.Values(projects)) // sorted with the Inventory
	return summary
}
