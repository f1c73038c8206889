"""Lambda@Edge: each declared function stands in the edge region, and the distribution runs its newest version as declared."""

from checks import edge_functions


def test_in_edge_region(verify, edge_function, edge_function_regions):
    verify(edge_functions.in_edge_region, edge_function, edge_function_regions)


def test_associated(verify, edge_function, bound_function):
    verify(edge_functions.associated, edge_function, bound_function)


def test_newest_version(verify, edge_function, bound_function):
    verify(edge_functions.newest_version, edge_function, bound_function)


def test_runtime(verify, edge_function, bound_function):
    verify(edge_functions.runtime, edge_function, bound_function)


def test_active(verify, edge_function, bound_function):
    verify(edge_functions.active, edge_function, bound_function)


def test_no_environment_variables(verify, edge_function, bound_function):
    verify(edge_functions.no_environment_variables, edge_function, bound_function)


def test_execution_role(verify, edge_function, bound_function):
    verify(edge_functions.execution_role, edge_function, bound_function)


def test_no_undeclared_association(verify, edge_associations, edge_associations_found):
    verify(edge_functions.no_undeclared_association, edge_associations, edge_associations_found)


def test_no_undeclared_function(verify, edge_function_naming, undeclared_edge_functions):
    verify(edge_functions.no_undeclared_function, edge_function_naming, undeclared_edge_functions)


def test_required_tags(verify, edge_function, edge_function_tags, required_tags):
    verify(edge_functions.required_tags, edge_function, edge_function_tags, required=required_tags)
