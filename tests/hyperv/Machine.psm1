#Requires -Version 5.1
#Requires -Modules Hyper-V
# The machine from outside: checkpoints, power, interrupts, and its disk while it is off.
Set-StrictMode -Version 3

# Where the sensor keeps its slots and guard records, below the system volume. The one place to change it.
$script:StateDirectory = 'Windows\System32\drivers\Cofferdam'
# The engine's slot and guard files. Which is active or newest is asked of the sensor before the machine goes down.
$script:StateFiles = @{ 'slot-0' = 'slot0.dam'; 'slot-1' = 'slot1.dam'; 'guard-0' = 'guard0.bin'; 'guard-1' = 'guard1.bin' }

function Restore-TestMachine {
    <#
    .SYNOPSIS
    Brings the machine to the checkpoint, made at the first call, and starts it.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName, [string] $Checkpoint = 'cofferdam-scenarios')

    if (-not (Get-VMSnapshot -VMName $VMName -Name $Checkpoint -ErrorAction SilentlyContinue)) {
        Checkpoint-VM -Name $VMName -SnapshotName $Checkpoint
    }
    Restore-VMSnapshot -VMName $VMName -Name $Checkpoint -Confirm:$false
    if ((Get-VM -Name $VMName).State -ne 'Running') {
        Start-VM -Name $VMName
    }
}

function Stop-TestMachine {
    <#
    .SYNOPSIS
    Cuts the power: no shutdown, no flush.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName)

    Stop-VM -Name $VMName -TurnOff -Force
}

function Send-TestInterrupt {
    <#
    .SYNOPSIS
    Injects a non-maskable interrupt, which stops the kernel with a dump.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName)

    Debug-VM -Name $VMName -InjectNonMaskableInterrupt -Force
}

function Start-TestMachine {
    <#
    .SYNOPSIS
    Starts the machine if it is off, and waits until its integration services answer.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName, [int] $Seconds = 300)

    if ((Get-VM -Name $VMName).State -eq 'Off') {
        Start-VM -Name $VMName
    }
    Wait-VM -Name $VMName -For Heartbeat -Timeout $Seconds
}

function Edit-TestFile {
    <#
    .SYNOPSIS
    Corrupts one of the sensor's files on the machine's disk while it is off.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        [Parameter(Mandatory)] [ValidateSet('slot-0', 'slot-1', 'guard-0', 'guard-1')] [string] $File,
        [Parameter(Mandatory)] [ValidateSet('zeros', 'truncate', 'flip', 'delete')] [string] $How
    )

    if ((Get-VM -Name $VMName).State -ne 'Off') {
        throw 'the disk of a running machine must not be changed'
    }
    $disk = Get-VMHardDiskDrive -VMName $VMName | Select-Object -First 1
    $mounted = Mount-VHD -Path $disk.Path -Passthru
    try {
        $volumes = $mounted | Get-Disk | Get-Partition | Get-Volume | Where-Object -Property DriveLetter
        $paths = $volumes | ForEach-Object {
            Join-Path "$($_.DriveLetter):\" (Join-Path $script:StateDirectory $script:StateFiles[$File])
        }
        $path = $paths | Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
        if ($null -eq $path) {
            throw "no $File on the machine's disk"
        }
        Edit-File -Path $path -How $How
    }
    finally {
        Dismount-VHD -Path $disk.Path
    }
}

function Edit-File {
    <#
    .SYNOPSIS
    Corrupts a file: all zeros, half its length, one bit in its middle, or gone.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [ValidateSet('zeros', 'truncate', 'flip', 'delete')] [string] $How
    )

    if ($How -eq 'delete') {
        Remove-Item -LiteralPath $Path
        return
    }
    $bytes = [IO.File]::ReadAllBytes($Path)
    $middle = [Math]::Floor($bytes.Length / 2)
    switch ($How) {
        'zeros' { $bytes = New-Object -TypeName byte[] -ArgumentList $bytes.Length }
        'truncate' { $bytes = $bytes[0..($middle - 1)] }
        'flip' { $bytes[$middle] = $bytes[$middle] -bxor 1 }
    }
    [IO.File]::WriteAllBytes($Path, $bytes)
}

Export-ModuleMember -Function Restore-TestMachine, Stop-TestMachine, Send-TestInterrupt, Start-TestMachine, Edit-TestFile, Edit-File
