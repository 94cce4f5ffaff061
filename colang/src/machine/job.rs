//! The macro that defines a job of a run.

/// A part of a run as a separate type: its methods are what it does, its documentation says what it may change. It
/// has access to the whole run, and creates jobs above it in the list of [`machine`](super) as needed.
macro_rules! job {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub(in crate::machine) struct $name<'r, 'a>(&'r mut crate::machine::run::Run<'a>);

        impl<'r, 'a> $name<'r, 'a> {
            pub(in crate::machine) fn of(run: &'r mut crate::machine::run::Run<'a>) -> Self {
                Self(run)
            }
        }

        impl<'a> std::ops::Deref for $name<'_, 'a> {
            type Target = crate::machine::run::Run<'a>;

            fn deref(&self) -> &Self::Target {
                self.0
            }
        }

        impl std::ops::DerefMut for $name<'_, '_> {
            fn deref_mut(&mut self) -> &mut Self::Target {
                self.0
            }
        }
    };
}

pub(super) use job;
