from integrations.models.channels import Channel, MetaApp
from integrations.models.deliveries import DeliveryState, InboundDelivery, InboundProblem

__all__ = ["Channel", "DeliveryState", "InboundDelivery", "InboundProblem", "MetaApp"]
