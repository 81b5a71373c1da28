package io.ecsoperator.localecs.endpoint;

import io.ecsoperator.localecs.protocol.Scope;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds account and region in a SigV4 {@code Authorization} header. Signatures are not checked. An
 * access key id of twelve digits is the account number, so that one endpoint can serve several
 * accounts; every other key belongs to the standard account.
 */
final class CredentialScope {
  private static final Pattern CREDENTIAL =
      Pattern.compile("Credential=([^/,\\s]+)/[0-9]{8}/([a-z0-9-]+)/[^/]+/aws4_request");
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

  private final Scope standard;

  CredentialScope(Scope standard) {
    this.standard = standard;
  }

  /** The id of the access key that a request was signed with. */
  static Optional<String> accessKey(WireRequest request) {
    Matcher credential = credential(request);
    return credential.find() ? Optional.of(credential.group(1)) : Optional.empty();
  }

  private static Matcher credential(WireRequest request) {
    return CREDENTIAL.matcher(request.authorization().orElse(""));
  }

  Scope of(WireRequest request) {
    Matcher credential = credential(request);
    if (!credential.find()) {
      return standard;
    }
    String key = credential.group(1);
    return new Scope(
        ACCOUNT.matcher(key).matches() ? key : standard.account(), credential.group(2));
  }
}
