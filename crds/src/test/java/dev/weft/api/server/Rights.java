package dev.weft.api.server;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a ServiceAccount may do by the roles that were installed, verb by verb. */
public final class Rights {
  private final KubernetesClient admin;
  private final String namespace;
  private final String account;

  /** Those of an account; read anew at each call. */
  public Rights(KubernetesClient admin, String namespace, String account) {
    this.admin = admin;
    this.namespace = namespace;
    this.account = account;
  }

  /** The user that its tokens stand for. */
  public String user() {
    return "system:serviceaccount:" + namespace + ":" + account;
  }

  /** All of them. */
  public List<Grant> all() {
    var grants = new ArrayList<Grant>();
    for (var binding : admin.rbac().clusterRoleBindings().list().getItems()) {
      if (concerns(binding.getSubjects())) {
        grants.addAll(expand("", binding.getRoleRef(), clusterRole(binding.getRoleRef())));
      }
    }
    for (var binding : admin.rbac().roleBindings().inAnyNamespace().list().getItems()) {
      if (concerns(binding.getSubjects())) {
        var where = binding.getMetadata().getNamespace();
        var role = binding.getRoleRef();
        grants.addAll(
            expand(
                where,
                role,
                role.getKind().equals("ClusterRole")
                    ? clusterRole(role)
                    : admin
                        .rbac()
                        .roles()
                        .inNamespace(where)
                        .withName(role.getName())
                        .get()
                        .getRules()));
      }
    }
    return List.copyOf(grants);
  }

  private boolean concerns(List<Subject> subjects) {
    return subjects.stream()
        .anyMatch(s -> namespace.equals(s.getNamespace()) && account.equals(s.getName()));
  }

  private List<PolicyRule> clusterRole(RoleRef role) {
    return admin.rbac().clusterRoles().withName(role.getName()).get().getRules();
  }

  private static List<Grant> expand(String namespace, RoleRef role, List<PolicyRule> rules) {
    var grants = new ArrayList<Grant>();
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      for (var group : rule.getApiGroups()) {
        for (var resource : rule.getResources()) {
          for (var verb : rule.getVerbs()) {
            grants.add(
                new Grant(
                    role.getKind() + " " + role.getName(),
                    namespace,
                    group,
                    resource,
                    verb,
                    names(rule),
                    i));
          }
        }
      }
    }
    return grants;
  }

  /** Absent in the API's answer where a role grants nothing. */
  private static List<PolicyRule> rules(@Nullable List<PolicyRule> rules) {
    return rules == null ? List.of() : rules;
  }

  /** Absent in the API's answer where a rule names none. */
  private static List<String> names(PolicyRule rule) {
    var names = rule.getResourceNames();
    return names == null ? List.of() : List.copyOf(names);
  }

  /** Whether the API server would let the account do what a request did. */
  public boolean allows(AuditedRequest request, String verb) {
    var slash = request.resource().indexOf('/');
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user())
            .withGroups("system:serviceaccounts", "system:authenticated")
            .withNewResourceAttributes()
            .withVerb(verb)
            .withGroup(request.group())
            .withResource(slash < 0 ? request.resource() : request.resource().substring(0, slash))
            .withSubresource(slash < 0 ? "" : request.resource().substring(slash + 1))
            .withNamespace(request.namespace())
            .withName(verb.equals("create") ? "" : request.name())
            .endResourceAttributes()
            .endSpec()
            .build();
    return admin.authorization().v1().subjectAccessReview().create(review).getStatus().getAllowed();
  }

  /** Takes one grant out of its role; what else the same rule grants stays. */
  public void withdraw(Grant grant) {
    replace(grant, true);
  }

  /** Gives it back. */
  public void restore(Grant grant) {
    replace(grant, false);
  }

  private void replace(Grant grant, boolean without) {
    var name = grant.role().substring(grant.role().indexOf(' ') + 1);
    if (grant.role().startsWith("ClusterRole ")) {
      admin
          .rbac()
          .clusterRoles()
          .withName(name)
          .edit(
              role -> {
                role.setRules(changed(rules(role.getRules()), grant, without));
                return role;
              });
    } else {
      admin
          .rbac()
          .roles()
          .inNamespace(grant.namespace())
          .withName(name)
          .edit(
              role -> {
                role.setRules(changed(rules(role.getRules()), grant, without));
                return role;
              });
    }
  }

  /** The rule is split by resource, so that its other resources keep the verb. */
  private static List<PolicyRule> changed(List<PolicyRule> rules, Grant grant, boolean without) {
    var changed = new ArrayList<PolicyRule>();
    if (!without) {
      changed.addAll(rules);
      changed.add(
          new PolicyRuleBuilder()
              .withApiGroups(grant.group())
              .withResources(grant.resource())
              .withResourceNames(grant.names())
              .withVerbs(grant.verb())
              .build());
      return changed;
    }
    for (var rule : rules) {
      for (var group : rule.getApiGroups()) {
        for (var resource : rule.getResources()) {
          var verbs = new ArrayList<>(rule.getVerbs());
          if (group.equals(grant.group())
              && resource.equals(grant.resource())
              && names(rule).equals(grant.names())) {
            verbs.remove(grant.verb());
          }
          if (!verbs.isEmpty()) {
            changed.add(
                new PolicyRuleBuilder(rule)
                    .withApiGroups(group)
                    .withResources(resource)
                    .withVerbs(verbs)
                    .build());
          }
        }
      }
    }
    return changed;
  }

  /**
   * Holds the grants against what was done: each must have been needed by a request that the API
   * server let pass, and each such request must be refused once the grant is taken out.
   *
   * @return what is wrong, a line each
   */
  public List<String> judge(List<AuditedRequest> requests) throws InterruptedException {
    var mine = requests.stream().filter(r -> r.user().equals(user())).toList();
    var wrong = new ArrayList<String>();
    mine.stream()
        .filter(r -> r.code() == 403)
        .map(r -> "refused: " + r)
        .distinct()
        .forEach(wrong::add);
    for (var grant : all()) {
      var needed = mine.stream().filter(r -> r.code() != 403 && r.needs(grant)).findFirst();
      if (needed.isEmpty()) {
        wrong.add("granted, but never needed: " + grant);
        continue;
      }
      withdraw(grant);
      if (!becomes(needed.get(), grant.verb(), false)) {
        wrong.add("still allowed without " + grant + ": " + needed.get());
      }
      restore(grant);
      if (!becomes(needed.get(), grant.verb(), true)) {
        wrong.add("not allowed again with " + grant);
      }
    }
    return wrong;
  }

  /** The authorizer sees a changed role after a moment. */
  private boolean becomes(AuditedRequest request, String verb, boolean allowed)
      throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      if (allows(request, verb) == allowed) {
        return true;
      }
      Thread.sleep(50);
    }
    return false;
  }
}
