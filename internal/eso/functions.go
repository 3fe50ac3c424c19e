package eso

import "strings"

// TemplateFunctions are those that templates may call with both engines, sorted: those of Go's text/template, of sprig
// and of the External Secrets Operator, but for env, expandenv and getHostByName, which look beyond the values, and
// getSecretKey, which reads other Secrets. A test holds the list against the functions of the sync runtime, and one of
// e2e those against the operator's.
//
// Facts: docs/facts.md, "Templates".
func TemplateFunctions() []string { return strings.Fields(templateFunctions) }

const templateFunctions = `
abbrev abbrevboth add add1 add1f addf adler32sum ago all and any append atoi b32dec b32enc b64dec b64enc base bcrypt
biggest buildCustomCert call camelcase cat ceil chunk clean coalesce compact concat contains date dateInZone
dateModify date_in_zone date_modify decryptAES deepCopy deepEqual default derivePassword dict dig dir div divf
duration durationRound empty encryptAES eq ext fail filterCertChain filterPEM first float64 floor fromJson fromYaml
fullPemToPkcs12 fullPemToPkcs12Pass ge genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey
genSignedCert genSignedCertWithKey get gt has hasKey hasPrefix hasSuffix hello html htmlDate htmlDateInZone htpasswd
indent index initial initials int int64 isAbs join js jwkPrivateKeyPem jwkPublicKeyPem kebabcase keys kindIs kindOf
last le len list lower lt max maxf merge mergeOverwrite min minf mod mul mulf mustAppend mustChunk mustCompact
mustDateModify mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite
mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral
mustRegexSplit mustRest mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq
mustWithout must_date_modify ne nindent nospace not now omit or osBase osClean osDir osExt osIsAbs pemToPkcs12
pemToPkcs12Pass pemTruststoreToPKCS12 pemTruststoreToPKCS12Pass pick pkcs12cert pkcs12certPass pkcs12key
pkcs12keyPass pluck plural prepend print printf println push quote randAlpha randAlphaNum randAscii randBytes
randInt randNumeric regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral
regexSplit repeat replace rest reverse round rsaDecrypt semver semverCompare seq set sha1sum sha256sum sha512sum
shuffle slice snakecase sortAlpha split splitList splitn squote sub subf substr swapcase ternary title toDate
toDecimal toJson toPrettyJson toRawJson toString toStrings toYaml trim trimAll trimPrefix trimSuffix trimall trunc
tuple typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep untitle upper urlJoin urlParse urlquery uuidv4
values without wrap wrapWith
`
