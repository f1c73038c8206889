"""CloudFront before a deployment: there is room for the distribution."""

from checks import cloudfront


def test_quota(verify, distribution, distribution_quota):
    verify(cloudfront.quota, distribution, distribution_quota)
