//! Values of unexpected kinds are shown or noted, never lost.
