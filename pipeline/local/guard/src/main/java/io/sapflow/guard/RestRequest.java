package io.sapflow.guard;

import java.util.List;

/**
 * What {@link RestGuard} looks at of an HTTP request.
 *
 * @param method such as GET
 * @param target as it stands in the request's first line
 * @param hosts values of the header Host
 * @param origins values of the header Origin
 * @param secrets values of the header {@link RestGuard#SECRET_HEADER}
 */
record RestRequest(
    String method, String target, List<String> hosts, List<String> origins, List<String> secrets) {}
