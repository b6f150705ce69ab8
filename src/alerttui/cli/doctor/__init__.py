"""What `alerttui doctor` looks at, a module for each part of the report."""
