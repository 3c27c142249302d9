from integrations.models.channels import Channel, ChannelAlert, MetaApp
from integrations.models.deliveries import DeliveryState, InboundDelivery, InboundProblem, InboundRun

__all__ = [
    "Channel",
    "ChannelAlert",
    "DeliveryState",
    "InboundDelivery",
    "InboundProblem",
    "InboundRun",
    "MetaApp",
]
