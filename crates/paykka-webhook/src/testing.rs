//! Signed notifications for the tests of those who receive them: what the platform would send, made by a key of the test's.
