// Package spec holds the Segregation, the one compact file that users write: its types, and the steps that turn text
// into a spec that can be trusted. The steps run one way: decode (strict), default (only fills), validate (changes
// nothing). Each reports every problem it finds, with the field's path and, where known, file and line.
package spec
