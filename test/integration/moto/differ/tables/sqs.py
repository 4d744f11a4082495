from hypothesis import strategies as st
from table import Maybe, Service, call, learnt, look

QUEUES = ("work", "late")
name, queue = st.sampled_from(QUEUES), learnt("queue", 2)
attributes = st.fixed_dictionaries({}, optional={"VisibilityTimeout": st.sampled_from(["0", "30"]), "DelaySeconds": st.sampled_from(["0", "60"])})
asked = st.sampled_from([["All"], ["QueueArn"], ["ApproximateNumberOfMessages", "VisibilityTimeout"]])

SQS = Service(
    "sqs",
    names=(*QUEUES,),
    calls=(
        call("CreateQueue", weight=4, learns={"queue": "QueueUrl"}, QueueName=st.sampled_from([*QUEUES, "not a name"]), Attributes=Maybe(attributes)),
        call("GetQueueUrl", QueueName=name),
        call("GetQueueAttributes", weight=2, QueueUrl=queue, AttributeNames=Maybe(asked)),
        call("SendMessage", weight=4, QueueUrl=queue, MessageBody=st.sampled_from(["hello", "é <&>"]), DelaySeconds=Maybe(st.sampled_from([0, 60]))),
        call(
            "ReceiveMessage",
            weight=3,
            learns={"receipt": "Messages[].ReceiptHandle"},
            QueueUrl=queue,
            MaxNumberOfMessages=Maybe(st.sampled_from([1, 10, 11])),
            VisibilityTimeout=Maybe(st.sampled_from([0, 60])),
            AttributeNames=Maybe(st.just(["ApproximateReceiveCount"])),
        ),
        call("DeleteMessage", QueueUrl=queue, ReceiptHandle=learnt("receipt")),
    ),
    looks=(*look("GetQueueUrl", QueueName=QUEUES), ["GetQueueAttributes", {"QueueUrl": "$queue.0", "AttributeNames": ["All"]}]),
)
