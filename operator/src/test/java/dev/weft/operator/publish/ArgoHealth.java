package dev.weft.operator.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** The health checks of {@code deploy/gitops/argocd-cm.yaml}, run as Argo CD runs them. */
final class ArgoHealth {
  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();

  private ArgoHealth() {}

  /** The health of an object, such as {@code Healthy}. */
  static String of(HasMetadata kubernetesObject) throws IOException {
    var object = KUBERNETES.convertValue(kubernetesObject, JsonNode.class);
    var file = ApiServer.repository().resolve("deploy/gitops/argocd-cm.yaml");
    var script =
        KUBERNETES
            .unmarshal(Files.readString(file), JsonNode.class)
            .path("data")
            .path("resource.customizations.health.weft.dev_" + object.path("kind").asText());
    var globals = JsePlatform.standardGlobals();
    globals.set("obj", value(object));
    return globals.load(script.asText()).call().get("status").tojstring();
  }

  private static LuaValue value(JsonNode json) {
    if (json.isObject()) {
      var table = new LuaTable();
      json.properties().forEach(field -> table.set(field.getKey(), value(field.getValue())));
      return table;
    }
    if (json.isArray()) {
      var table = new LuaTable();
      json.forEach(item -> table.set(table.length() + 1, value(item)));
      return table;
    }
    if (json.isNull()) {
      return LuaValue.NIL;
    }
    return json.isNumber() ? LuaValue.valueOf(json.asDouble()) : LuaValue.valueOf(json.asText());
  }
}
