// Package page tests the page of "cloison explain -o html" in Chromium: the examples and a platform of 200 components.
package page
