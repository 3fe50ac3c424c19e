package scaleway

import (
	"errors"
	"fmt"
)

const (
	// pageSize is the size that is asked for. The API's maximum is not documented, so total_count decides when a list
	// is complete.
	pageSize = 100
	// maxItems bounds a list. An organisation has at most 250 secrets, a secret at most 20 versions. Facts:
	// docs/facts.md, "Quotas".
	maxItems = 10_000
)

// inconsistency is the error for answers that contradict each other. Its text follows "the API at ...".
type inconsistency string

func (i inconsistency) Error() string { return string(i) }

// list is a list of the API.
type list[T any] struct {
	// page asks for a page, counted from 1. nil, and not empty, means that the answer holds no list.
	page func(number int32) (items []T, total uint64, err error)
	// check returns an inconsistency for an item that does not belong to the list, or that is in it already.
	check func(item T, seen map[string]bool) error
}

// all reads the list to its end. A list that changes meanwhile loses or repeats items, since its pages shift; where the
// pages do not fit each other, all of it is read once more.
func (l list[T]) all() ([]T, error) {
	items, err := l.once()
	var odd inconsistency
	if !errors.As(err, &odd) {
		return items, err
	}
	items, err = l.once()
	if errors.As(err, &odd) {
		return nil, odd + ", in both of two readings (a list may change while it is read)"
	}
	return items, err
}

func (l list[T]) once() ([]T, error) {
	items, seen := []T{}, map[string]bool{}
	var expected uint64
	for number := int32(1); ; number++ {
		page, total, err := l.page(number)
		if err != nil {
			return nil, err
		}
		if number == 1 {
			expected = total
		}
		if err := fits(page, total, expected, len(items)); err != nil {
			return nil, err
		}
		for _, item := range page {
			if err := l.check(item, seen); err != nil {
				return nil, err
			}
		}
		items = append(items, page...)
		if uint64(len(items)) == total {
			return items, nil
		}
	}
}

// fits checks a page against those before it.
func fits[T any](page []T, total, expected uint64, before int) error {
	after := uint64(before + len(page)) //nolint:gosec // lengths are not negative
	switch {
	case page == nil:
		return inconsistency("answered without a list")
	case total > maxItems, after > maxItems:
		return inconsistency(fmt.Sprintf("lists more than %d items", maxItems))
	case total != expected:
		return inconsistency(fmt.Sprintf("counted %d items on the first page and %d on a later one", expected, total))
	case after > total:
		return inconsistency(fmt.Sprintf("lists %d items and counts %d", after, total))
	case len(page) == 0 && after < total:
		return inconsistency(fmt.Sprintf("counts %d items and ends its list after %d", total, after))
	}
	return nil
}

// onlyOnce returns an inconsistency for a thing that is in a list twice.
func onlyOnce(what, which string, seen map[string]bool) error {
	if seen[what+which] {
		return inconsistency("lists the same " + what + " twice")
	}
	seen[what+which] = true
	return nil
}
