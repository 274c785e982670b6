"""What goes on between screens, session and disk: one module for each thing that somebody does. They draw nothing."""
