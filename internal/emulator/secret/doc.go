// Package secret is the model behind the emulator's Secret Manager: secrets and versions, the effects of changes, and
// what expires or is deleted as time passes. It knows no HTTP and no permissions.
//
// # What is known and what is inferred
//
// Known, from recorded traffic of the real API: versions scheduled for deletion stay the latest; a secret with an
// ephemeral policy is gone at once when it is deleted; paths lose their trailing slash; updated_at moves when a
// secret is changed or deleted or a version is changed, and stays when versions are made or deleted.
//
// Known from elsewhere, as docs/facts.md has it:
//   - the forms of names and paths, 64 KiB a value, 20 versions a secret, new secrets and versions
//     that are visible late;
//   - from the SDK: seven days until a version is deleted, one second to one year to live,
//     which properties a type has;
//   - from documentation: new versions take a policy over, and so do versions that are enabled again.
//
// Inferred, never observed: deleted versions lose their value, stay in lists and do not count towards 20; seven days
// until a secret is deleted; a restored version has its old status; what is not visible yet is known by its id all
// the same.
package secret
