package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"cloison.dev/cloison/internal/emulator/id"
)

// changePage applies the fault to a page of a list.
func (e Effect) changePage(serve http.HandlerFunc, r *http.Request) (reply, error) {
	asked := 1
	if e.Fault == Endless || e.Fault == SamePage {
		asked, r = firstPage(r)
	}
	answer := record(serve, r)
	if answer.status != http.StatusOK {
		return answer, nil
	}
	var err error
	answer.body, err = editList(answer.body, func(l *list) error {
		switch n := len(l.items); {
		case e.Fault == Endless:
			l.total = (asked + 1) * max(n, 1)
			return l.invent(e.ids, asked)
		case e.Fault == SamePage:
			l.total = max(l.total, 3*n)
		case e.Fault == Duplicates && n == 1:
			l.items = append(l.items, l.items[0])
		case e.Fault == Duplicates && n > 1:
			l.items[n-1] = l.items[0]
		case e.Fault == HalfPage:
			l.items = l.items[:n/2]
		}
		return nil
	})
	return answer, err
}

// firstPage returns the page that a request asks for, and the request for the first. A page that is no number is left
// for the endpoint to refuse.
func firstPage(r *http.Request) (asked int, first *http.Request) {
	query := r.URL.Query()
	asked, err := strconv.Atoi(query.Get("page"))
	if err != nil || asked < 2 {
		return 1, r
	}
	query.Set("page", "1")
	first = r.Clone(r.Context())
	first.URL.RawQuery = query.Encode()
	return asked, first
}

// list is the answer of any endpoint that lists.
type list struct {
	items []json.RawMessage
	total int
}

// editList changes the body of a list: an object with one array and total_count.
func editList(body []byte, edit func(*list) error) ([]byte, error) {
	const count = "total_count"
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("read a list: %w", err)
	}
	var l list
	if err := json.Unmarshal(fields[count], &l.total); err != nil {
		return nil, fmt.Errorf("read the %s of a list: %w", count, err)
	}
	for name, value := range fields {
		if !bytes.HasPrefix(value, []byte("[")) {
			continue
		}
		if err := json.Unmarshal(value, &l.items); err != nil {
			return nil, fmt.Errorf("read the %s of a list: %w", name, err)
		}
		if err := edit(&l); err != nil {
			return nil, err
		}
		items, err := json.Marshal(l.items)
		if err != nil {
			return nil, err
		}
		fields[name] = items
	}
	fields[count] = json.RawMessage(strconv.Itoa(l.total))
	return json.Marshal(fields)
}

// invent turns the items of the first page into those of a later one that does not exist.
func (l *list) invent(ids id.Source, page int) error {
	if page == 1 {
		return nil
	}
	for i, item := range l.items {
		var decoded any
		if err := json.Unmarshal(item, &decoded); err != nil {
			return fmt.Errorf("read an item of a list: %w", err)
		}
		invented, err := json.Marshal(invention{ids, page, len(l.items)}.of(decoded))
		if err != nil {
			return err
		}
		l.items[i] = invented
	}
	return nil
}

// invention makes the items of a page that does not exist.
type invention struct {
	ids           id.Source
	page, perPage int
}

// of returns an item like the given one: another text, or an object with another id, access key, name and revision.
func (v invention) of(item any) any {
	if text, ok := item.(string); ok {
		return fmt.Sprintf("%s-%d", text, v.page)
	}
	fields, _ := item.(map[string]any)
	if given, ok := fields["id"].(string); ok {
		fields["id"] = v.ids.UUID("endless "+given, v.page)
	}
	if key, ok := fields["access_key"].(string); ok {
		fields["access_key"] = id.AccessKey(v.ids.UUID("endless "+key, v.page))
	}
	if name, ok := fields["name"].(string); ok {
		fields["name"] = v.of(name)
	}
	if revision, ok := fields["revision"].(float64); ok {
		fields["revision"] = int(revision) + (v.page-1)*v.perPage
	}
	if secret, ok := fields["secret"].(map[string]any); ok { // in an item of BrowseSecrets
		fields["secret"] = v.of(secret)
	}
	return item
}
