"""Work: what is offered, who looks for it, how far each application is, who may do it."""
