package io.sapflow.local.stack;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponent;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.rest.RestServerEndpoint;
import org.apache.flink.runtime.rest.handler.RestHandlerSpecification;
import org.apache.flink.runtime.rest.versioning.RestAPIVersion;

/** Every route that a cluster's REST server has registered, as Flink keeps them. */
final class RestRoutes {

  /** A route with something in the place of each of its parameters. */
  record Route(String method, String path) implements Comparable<Route> {
    @Override
    public int compareTo(Route other) {
      return toString().compareTo(other.toString());
    }
  }

  private RestRoutes() {}

  static Set<Route> of(LocalCluster cluster) throws ReflectiveOperationException {
    MiniCluster mini = (MiniCluster) field(LocalCluster.class, cluster, "cluster");
    Collection<?> components =
        (Collection<?>) field(MiniCluster.class, mini, "dispatcherResourceManagerComponents");
    Object endpoint =
        field(
            DispatcherResourceManagerComponent.class,
            components.iterator().next(),
            "webMonitorEndpoint");
    Set<Route> routes = new TreeSet<>();
    for (Object handler : (Collection<?>) field(RestServerEndpoint.class, endpoint, "handlers")) {
      RestHandlerSpecification route = (RestHandlerSpecification) ((Tuple2<?, ?>) handler).f0;
      String path = route.getTargetRestEndpointURL().replaceAll(":[a-z]+", "0".repeat(32));
      String method = route.getHttpMethod().name();
      routes.add(new Route(method, path));
      for (RestAPIVersion<?> version : route.getSupportedAPIVersions()) {
        routes.add(new Route(method, "/" + version.getURLVersionPrefix() + path));
      }
    }
    return routes;
  }

  private static Object field(Class<?> type, Object owner, String name)
      throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }
}
