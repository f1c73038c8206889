"""CloudFront: each declared distribution is deployed, serves over TLS alone, and is the only one to read its bucket."""

from checks import cloudfront


def test_distribution_exists(verify, distribution, distribution_candidates):
    verify(cloudfront.distribution_exists, distribution, distribution_candidates)


def test_no_undeclared_distribution(verify, distribution_naming, undeclared_distributions):
    verify(cloudfront.no_undeclared_distribution, distribution_naming, undeclared_distributions)


def test_required_tags(verify, distribution, distribution_tags, required_tags):
    verify(cloudfront.required_tags, distribution, distribution_tags, required=required_tags)


def test_deployed(verify, distribution, distribution_status):
    verify(cloudfront.deployed, distribution, distribution_status)


def test_aliases(verify, distribution, distribution_configuration):
    verify(cloudfront.aliases, distribution, distribution_configuration)


def test_https_only(verify, distribution, distribution_configuration):
    verify(cloudfront.https_only, distribution, distribution_configuration)


def test_tls(verify, distribution, distribution_configuration, policy):
    verify(cloudfront.tls, distribution, distribution_configuration, minimum=policy.cloudfront.minimum_tls)


def test_certificate(verify, distribution, distribution_configuration):
    verify(cloudfront.certificate, distribution, distribution_configuration)


def test_access_logging(verify, distribution, legacy_logging, log_deliveries):
    verify(cloudfront.access_logging, distribution, legacy_logging, log_deliveries)


def test_compression(verify, distribution, compression):
    verify(cloudfront.compression, distribution, compression)


def test_default_root_object(verify, distribution, distribution_configuration):
    verify(cloudfront.default_root_object, distribution, distribution_configuration)


def test_no_traffic_split(verify, distribution, continuous_deployment):
    verify(cloudfront.no_traffic_split, distribution, continuous_deployment)


def test_monitoring_subscription(verify, distribution, monitoring_subscription):
    verify(cloudfront.monitoring_subscription, distribution, monitoring_subscription)


def test_origin_access(verify, distribution, distribution_configuration, origin_access_controls):
    verify(cloudfront.origin_access, distribution, distribution_configuration, origin_access_controls)


def test_origin_bucket_policy(verify, distribution, origin_policy):
    verify(cloudfront.origin_bucket_policy, distribution, origin_policy)


def test_origin_decryption(verify, distribution, origin_decryption):
    verify(cloudfront.origin_decryption, distribution, origin_decryption)


def test_invalidated(verify, distribution, invalidations):
    verify(cloudfront.invalidated, distribution, invalidations)
