package paths_test

import "testing"

func TestPropertiesMustBeInTheValue(t *testing.T) {
	reads := func(property string) string { return "{map: {KEY: {secret: s3, property: '" + property + "'}}}" }
	holds := func(content string) []string {
		return []string{secret("s3", "revision: 5, enabled: [3, 4], contents: [{revision: 3, "+
			"properties: []}, {revision: 4, "+content+"}]")}
	}
	judgeHeld(t, map[string]held{
		"gjson finds it": {
			secrets: reads("a.b"), folder: holds("properties: [a], queries: {a.b: true}"), want: []string{},
		},
		"gjson does not find it": {
			secrets: reads("a.b"), folder: holds("properties: [a], queries: {a.b: false}"),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "a.b": its properties are a; counterexample: key KEY of ` +
					`Secret backend-secrets in shop-backend is read from "/shop-backend/s3"; fix: correct the ` +
					`property (in gjson's syntax a dot of a name is written \.), or the value; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"gjson finds it in what is no object": {
			secrets: reads("#"), folder: holds("queries: {'#': true}"), want: []string{},
		},
		"a plain name is among the names": {
			secrets: reads("accessKeyId"), folder: holds("properties: [accessKeyId, secretAccessKey]"),
			want: []string{},
		},
		"a plain name is misspelt": {
			secrets: reads("accesKeyID"), folder: holds("properties: [accessKeyId, secretAccessKey]"),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "accesKeyID" (did you mean "accessKeyId"?): its properties ` +
					`are accessKeyId, secretAccessKey; counterexample: key KEY of Secret backend-secrets in ` +
					`shop-backend is read from "/shop-backend/s3"; fix: correct the property (in gjson's syntax a ` +
					`dot of a name is written \.), or the value; then write the Inventory ` +
					`again with "cloison inventory"`,
			},
		},
		"a dot of a name is not escaped": {
			secrets: reads("first.name"), folder: holds("properties: [first.name, last.name], " +
				"queries: {first.name: false}"),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "first.name" (did you mean "first\.name"?): its properties ` +
					`are "first.name", "last.name"; counterexample: key KEY of Secret backend-secrets in ` +
					`shop-backend is read from "/shop-backend/s3"; fix: correct the property (in gjson's syntax a ` +
					`dot of a name is written \.), or the value; then write the Inventory ` +
					`again with "cloison inventory"`,
			},
		},
		"the names are many": {
			secrets: reads("nothing"), folder: holds("properties: [a, b, c, d, e, f, g, h, i, j, k, l]"),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "nothing": its properties are a, b, c, d, e, f, g, h, i, j ` +
					`and 2 more; counterexample: key KEY of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/s3"; fix: correct the property (in gjson's syntax a dot of a name is written ` +
					`\.), or the value; then write the Inventory again with "cloison inventory"`,
			},
		},
		"the names are such that they could be taken for others": {
			secrets: reads("nothing"), folder: holds(`properties: ["a, b", c, "d\ne"]`),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "nothing": its properties are "a, b", c, "d\ne"; ` +
					`counterexample: key KEY of Secret backend-secrets in shop-backend is read from ` +
					`"/shop-backend/s3"; fix: correct the property (in gjson's syntax a dot of a name is written ` +
					`\.), or the value; then write the Inventory again with "cloison inventory"`,
			},
		},
		"the value has no properties": {
			secrets: reads("a"), folder: holds("properties: []"),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "a": its value has no properties; counterexample: key KEY of ` +
					`Secret backend-secrets in shop-backend is read from "/shop-backend/s3"; fix: correct the ` +
					`property (in gjson's syntax a dot of a name is written \.), or the value; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"the value is no object": {
			secrets: reads("a"), folder: holds("queries: {a: false}"),
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.map.KEY: revision 4 of secret ` +
					`"/shop-backend/s3" has nothing at "a": its value is no JSON object; counterexample: key KEY of ` +
					`Secret backend-secrets in shop-backend is read from "/shop-backend/s3"; fix: correct the ` +
					`property (in gjson's syntax a dot of a name is written \.), or the value; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"a plain name in what is no object is left to gjson": {
			secrets: reads("a"), folder: holds("queries: {b: false}"),
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.map.KEY: whether secret ` +
					`"/shop-backend/s3" has something at "a" is not known: the Inventory does not hold the answer ` +
					`for revision 4; fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
		"a query that was not tried": {
			secrets: reads("a.b"), folder: holds("properties: [a]"),
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.map.KEY: whether secret ` +
					`"/shop-backend/s3" has something at "a.b" is not known: the Inventory does not hold the answer ` +
					`for revision 4; fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
		"only another revision was looked at": {
			secrets: "{map: {KEY: {secret: s3, property: a, version: 2}}}",
			folder:  []string{secret("s3", "revision: 3, enabled: [2, 3], contents: [{revision: 3, properties: [a]}]")},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.map.KEY: whether secret ` +
					`"/shop-backend/s3" has something at "a" is not known: the Inventory does not hold the answer ` +
					`for revision 2; fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
		"a fixed revision is the one that counts": {
			secrets: "{map: {KEY: {secret: s3, property: a, version: 2}}}",
			folder: []string{secret("s3", "revision: 3, enabled: [2, 3], contents: [{revision: 2, properties: [a]}, "+
				"{revision: 3, properties: []}]")},
			want: []string{},
		},
		"it is not known which revision is read": {
			secrets: reads("a"), folder: []string{secret("s3", "revision: 3")},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.map.KEY: which revision of secret ` +
					`"/shop-backend/s3" is read is not known, nor what is in it: the Inventory does not hold the ` +
					`states of its revisions; fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
	})
}

func TestExtractedPropertiesMustBecomeKeys(t *testing.T) {
	holds := func(name, content string) string {
		return secret(name, "revision: 1, enabled: [1], contents: [{revision: 1, "+content+"}]")
	}
	judgeHeld(t, map[string]held{
		"they do": {secrets: "{extract: [s3]}", folder: []string{holds("s3", "properties: [a.b, C_d-1]")},
			want: []string{}},
		"the value is no object": {
			secrets: "{extract: [s3]}", folder: []string{secret("s3", "revision: 1, enabled: [1], contents: "+
				"[{revision: 1}]")},
			want: []string{
				`error CLS-I004 Segregation shop spec.components.backend.secrets.extract[0]: revision 1 of secret ` +
					`"/shop-backend/s3" must be a JSON object, whose properties become keys; it is none; ` +
					`counterexample: Secret backend-secrets in shop-backend takes every property of ` +
					`"/shop-backend/s3"; fix: correct the value, or read the secret with "keys"; then write the ` +
					`Inventory again with "cloison inventory"`,
			},
		},
		"the value has none": {
			secrets: "{extract: [s3]}", folder: []string{holds("s3", "properties: []")},
			want: []string{
				`warning CLS-I004 Segregation shop spec.components.backend.secrets.extract[0]: revision 1 of secret ` +
					`"/shop-backend/s3" has no properties, so it gives no keys; fix: add properties to ` +
					`the value, or do not extract it`,
			},
		},
		"the value was not looked at": {
			secrets: "{extract: [s3]}", folder: []string{ready("s3")},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.extract[0]: which properties secret ` +
					`"/shop-backend/s3" has is not known: the Inventory does not hold the content of revision 1; ` +
					`fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
		"it is not known which revision is read": {
			secrets: "{extract: [s3]}", folder: []string{secret("s3", "revision: 1")},
			want: []string{
				`error CLS-I009 Segregation shop spec.components.backend.secrets.extract[0]: which revision of ` +
					`secret "/shop-backend/s3" is read is not known, nor what is in it: the Inventory does not hold ` +
					`the states of its revisions; fix: write the Inventory again with "cloison inventory" [undecided]`,
			},
		},
		"names that no Secret takes": {
			secrets: "{extract: [s3]}", folder: []string{holds("s3", `properties: ["", "a b", .., ..a, ., "clé", ok]`)},
			want: []string{
				`error CLS-I019 Segregation shop spec.components.backend.secrets.extract[0]: the properties of ` +
					`secret "/shop-backend/s3" must be valid keys of a Secret: at most 253 letters, digits, dashes, ` +
					`underscores and dots; "", "a b", "..", "..a", ".", "clé" cannot become a key of that name; ` +
					`counterexample: Secret backend-secrets in shop-backend takes every property of ` +
					`"/shop-backend/s3"; fix: rename them, or read the properties that are needed with "map"; then ` +
					`write the Inventory again with "cloison inventory"`,
			},
		},
		"a name that is a key already, or an optional one": {
			secrets: "{keys: [A], optionalKeys: [B], extract: [s3]}",
			folder:  []string{ready("a"), ready("b"), holds("s3", "properties: [A, B, C]")},
			want: []string{
				`error CLS-I019 Segregation shop spec.components.backend.secrets.extract[0]: property "A" of secret ` +
					`"/shop-backend/s3" must not be a key of the group already: ` +
					`spec.components.backend.secrets.keys[0] gives it, and one value overwrites the other; ` +
					`counterexample: Secret backend-secrets in shop-backend takes every property of ` +
					`"/shop-backend/s3"; fix: rename one of them, or read the properties that are needed with "map"; ` +
					`then write the Inventory again with "cloison inventory"`,
				`error CLS-I019 Segregation shop spec.components.backend.secrets.extract[0]: property "B" of secret ` +
					`"/shop-backend/s3" must not be a key of the group already: ` +
					`spec.components.backend.secrets.optionalKeys[0] gives it, and one value overwrites the other; ` +
					`counterexample: Secret backend-secrets in shop-backend takes every property of ` +
					`"/shop-backend/s3"; fix: rename one of them, or read the properties that are needed with "map"; ` +
					`then write the Inventory again with "cloison inventory"`,
			},
		},
		"a name that another secret has": {
			secrets: "{extract: [s3, s4]}", folder: []string{holds("s3", "properties: [A, B]"),
				holds("s4", "properties: [B]")},
			want: []string{
				`error CLS-I019 Segregation shop spec.components.backend.secrets.extract[1]: property "B" of secret ` +
					`"/shop-backend/s4" must not be a key of the group already: ` +
					`spec.components.backend.secrets.extract[0] gives it, and one value overwrites the other; ` +
					`counterexample: Secret backend-secrets in shop-backend takes every property of ` +
					`"/shop-backend/s4"; fix: rename one of them, or read the properties that are needed with "map"; ` +
					`then write the Inventory again with "cloison inventory"`,
			},
		},
	})
}
